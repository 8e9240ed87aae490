//! Changes of messages that went away while no editor was on the screen.

use std::sync::Arc;

use leptos::prelude::*;
use model::{Id, TavernMessage};
use sync::{Method, Queued, Status, Table};
use uuid::Uuid;

use super::editor::{BETWEEN, GONE};
use crate::{
    live::{
        LiveTable,
        connection::{Connection, Kept, Me, Queue},
        writer::Writer,
    },
    parts::{draft, queue::name_of_row, rescue::Rescued, visible},
};

/// Looks for them as long as the current owner lives, whenever messages come or go, in the tab that is looked at. A
/// message that is not here may only be an old one: the server is asked, once.
pub fn watch() {
    // The frame may stand alone, as in a test.
    let Some(writer) = use_context::<Writer>() else {
        return;
    };
    let messages = LiveTable::<TavernMessage>::here();
    let list = messages.list(&());
    let rescued: Rescued = expect_context();
    let Me(me) = expect_context();
    let Connection(status) = expect_context();
    let begin = draft::name(me, "edit.");
    let visible = visible::watch();
    let known = StoredValue::new(Vec::<Uuid>::new());
    // One that is not sent yet, from whichever tab, has not gone.
    let (queue, kept) = (use_context::<Queue>(), use_context::<Kept>());
    let waits = move |id: Uuid| {
        let key = name_of_row::<TavernMessage>(Id::from(id));
        let is_it = |all: &Arc<[Queued]>| {
            let mut all = all.iter();
            all.any(|queued| queued.table == TavernMessage::NAME && queued.key == key)
        };
        queue.is_some_and(|Queue(queue)| queue.with_untracked(is_it))
            || kept.is_some_and(|kept| kept.elsewhere.with_untracked(is_it))
    };
    Effect::new(move |_| {
        list.with(|_| ());
        if !visible.get() || status.with(|status| *status != Status::Live) {
            known.update_value(Vec::clear);
            return;
        }
        for name in draft::names(&begin) {
            let id = name.strip_prefix(&begin).map(Uuid::parse_str);
            let Some(Ok(id)) = id else { continue };
            if messages.entry(Id::from(id)).is_some()
                || waits(id)
                || known.with_value(|known| known.contains(&id))
            {
                continue;
            }
            known.update_value(|known| known.push(id));
            let path = [
                "/rest/v1/",
                TavernMessage::NAME,
                "?select=id&id=eq.",
                &id.to_string(),
            ];
            writer.ask(Method::Get, path.concat(), None, move |answer| {
                if answer.is_none_or(|answer| answer.status != 200 || answer.body != "[]") {
                    return;
                }
                if let Some((_, text)) = draft::load(&name).split_once(BETWEEN) {
                    rescued.add(GONE, text.to_owned(), Some(name.clone()));
                }
            });
        }
    });
}
