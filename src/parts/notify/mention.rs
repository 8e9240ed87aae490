//! What tells of lines of the tavern in which one is called by name.

use leptos::prelude::*;
use model::{Id, TavernMessage, User};
use sync::Standing;

use super::{Notify, beginning, state};
use crate::{
    driver::notify::{self, Note},
    live::{
        LiveTable,
        chain::Chain,
        connection::{AsOf, Loaded, Me},
    },
    parts::{block::Blocked, name::called},
    route::Route,
};

/// Tells of what is said from now on, as long as the current owner lives.
pub fn provide() {
    let Me(me) = expect_context();
    let Loaded(loaded) = expect_context();
    let AsOf(as_of) = expect_context();
    let blocked: Blocked = expect_context();
    let messages = LiveTable::<TavernMessage>::here();
    let list = messages.list(&());
    let own = LiveTable::<User>::here();
    // One's own line that waits stands below what comes meanwhile.
    let waits = move |key: &Id| {
        messages
            .entry(*key)
            .is_some_and(|entry| entry.row.author_id == me && entry.standing != Standing::Confirmed)
    };
    // The last line that is known, once something is.
    Effect::new(move |known: Option<Option<Option<Id>>>| {
        let last = list.with(|list| list.from_end().find(|key| !waits(key)));
        // What the device has kept is not yet what is known: the first answer is.
        if !loaded.get() || as_of.get().is_some() {
            return None;
        }
        let fresh = match known.flatten() {
            None => Vec::new(),
            Some(known) => list.with_untracked(|list| since(list, known)),
        };
        if fresh.is_empty() || state() != Notify::On {
            return Some(last);
        }
        let Some(username) = own.entry(me.into()).map(|own| own.row.username.clone()) else {
            return Some(last);
        };
        let note = |key: Id| {
            let message = messages.entry(key)?.row;
            let by = message.author_id;
            let calls = by != me && prose::mentions(&message.body, &username);
            (calls && !untrack(|| blocked.has(by))).then(|| Note {
                id: message.id,
                title: [&*untrack(|| called(by).get()), " in the tavern"].concat(),
                body: beginning(&message.body),
                hash: Route::Tavern.href(),
            })
        };
        let notes: Vec<Note> = fresh.into_iter().filter_map(note).collect();
        if !notes.is_empty() {
            notify::tell(notes);
        }
        Some(last)
    });
}

/// The lines after a known one, in their order; all of them where there was none.
fn since(list: &Chain<Id>, known: Option<Id>) -> Vec<Id> {
    if known.is_some_and(|known| !list.contains(known)) {
        // It was deleted: what came with that cannot be told from what was there.
        return Vec::new();
    }
    let mut fresh: Vec<Id> = list
        .from_end()
        .take_while(|key| Some(*key) != known)
        .collect();
    fresh.reverse();
    fresh
}
