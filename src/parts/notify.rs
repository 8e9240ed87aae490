//! What tells of new messages while one looks elsewhere: notifications, and a sign on the tab.

use std::{collections::HashSet, sync::Arc};

use leptos::prelude::*;
use model::{Id, PrivateMessage};
use wasm_bindgen::JsCast;
use web_sys::{HtmlLinkElement, NotificationPermission, Storage};

use crate::{
    driver::notify::{self, Note},
    live::{
        LiveTable,
        connection::{AsOf, Loaded, Me},
    },
    pages::messages::unread::{Unread, unread},
    parts::{block::Blocked, name::called},
    route::Route,
};

mod mention;

const NAME: &str = "tavern-notify";
/// Characters of a message that a notification shows.
const BEGINNING: usize = 140;

/// Whether this device tells of new messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notify {
    /// The browser cannot.
    Never,
    /// The browser was told not to.
    Denied,
    /// Not wanted, or not asked yet.
    Off,
    /// Wanted and allowed.
    On,
}

/// What is true now.
#[must_use]
pub fn state() -> Notify {
    let wanted =
        || storage().is_some_and(|storage| storage.get_item(NAME).is_ok_and(|on| on.is_some()));
    match notify::permission() {
        None => Notify::Never,
        Some(NotificationPermission::Denied) => Notify::Denied,
        Some(NotificationPermission::Granted) if wanted() => Notify::On,
        Some(_) => Notify::Off,
    }
}

/// Switches it, after the browser's question where it has not been asked; then calls back.
pub fn switch(on: bool, then: impl FnOnce() + 'static) {
    if let Some(storage) = storage() {
        let _ = if on {
            storage.set_item(NAME, "on")
        } else {
            storage.remove_item(NAME)
        };
    }
    if on && notify::permission() == Some(NotificationPermission::Default) {
        notify::ask(then);
    } else {
        then();
    }
}

/// Tells of what comes from now on, as long as the current owner lives.
pub fn provide() {
    let Me(me) = expect_context();
    let Loaded(loaded) = expect_context();
    let AsOf(as_of) = expect_context();
    let blocked: Blocked = expect_context();
    let messages = LiveTable::<PrivateMessage>::here();
    Effect::new(move |known: Option<Option<HashSet<Id>>>| {
        let waiting = messages
            .groups()
            .into_iter()
            .flat_map(|pair| unread(pair, me));
        let waiting: HashSet<Id> = waiting.collect();
        // What the device has kept is not yet what is known: the first answer is.
        if !loaded.get() || as_of.get().is_some() {
            return None;
        }
        if let Some(known) = known.flatten() {
            let mut fresh = Vec::new();
            for key in waiting.difference(&known) {
                let Some(entry) = messages.entry(*key) else {
                    continue;
                };
                if !untrack(|| blocked.has(entry.row.sender_id)) {
                    fresh.push(entry.row);
                }
            }
            if !fresh.is_empty() && state() == Notify::On {
                let fresh = sync::in_order(fresh, |a, b| a.created_at.cmp(&b.created_at));
                let note = |message: &Arc<PrivateMessage>| Note {
                    id: message.id,
                    title: untrack(|| called(message.sender_id).get()),
                    body: beginning(&message.body),
                    hash: Route::Conversation(message.sender_id).href(),
                };
                notify::tell(fresh.iter().map(note).collect());
            }
        }
        Some(waiting)
    });
    mention::provide();
    mark_tab(expect_context::<Unread>().total());
}

/// What a notification shows of a message.
fn beginning(body: &str) -> String {
    prose::plain(body).chars().take(BEGINNING).collect()
}

/// Keeps the tab's picture true: another one while something waits to be read.
fn mark_tab(unread: Signal<usize>) {
    let plain = StoredValue::new(None::<String>);
    let any = Memo::new(move |_| unread.get() > 0);
    let show = move |any: bool| {
        let link = document().query_selector("link[rel~=icon]").ok().flatten();
        let Some(link) = link.and_then(|link| link.dyn_into::<HtmlLinkElement>().ok()) else {
            return;
        };
        let before = plain.try_get_value().flatten();
        let before = before.unwrap_or_else(|| link.href());
        link.set_href(if any { "icon-unread.svg" } else { &before });
        plain.try_update_value(|plain| *plain = Some(before));
    };
    Effect::new(move |_| show(any.get()));
    // Whoever signs in next has other messages.
    on_cleanup(move || show(false));
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
