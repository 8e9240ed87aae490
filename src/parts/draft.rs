//! Text that someone is still writing, kept on the device until it is sent, the same in all tabs.

use leptos::{ev, prelude::*};
use uuid::Uuid;
use web_sys::Storage;

/// Name of the draft of `me` for `place`.
#[must_use]
pub fn name(me: Uuid, place: &str) -> String {
    ["tavern.draft.", &me.to_string(), ".", place].concat()
}

/// What was kept under `name`; empty when there is nothing.
#[must_use]
pub fn load(name: &str) -> String {
    storage()
        .and_then(|storage| storage.get_item(name).ok().flatten())
        .unwrap_or_default()
}

/// Keeps `text` under `name`; an empty one is forgotten. A browser that keeps nothing is no reason to
/// disturb whoever writes.
pub fn save(name: &str, text: &str) {
    let Some(storage) = storage() else { return };
    // What another tab has kept is not kept once more: that could come after it has forgotten it.
    if load(name) == text {
        return;
    }
    let _ = if text.is_empty() {
        storage.remove_item(name)
    } else {
        storage.set_item(name, text)
    };
}

/// Calls `then` with what another tab has kept under `name` just now, as long as the current owner lives.
pub fn follow(name: String, then: impl Fn(String) + 'static) {
    let listener = window_event_listener(ev::storage, move |event| {
        if event.key().is_none_or(|key| key == name) {
            then(event.new_value().unwrap_or_default());
        }
    });
    on_cleanup(move || listener.remove());
}

/// Whether somebody is at work in `field`, whose text is then newer than that of other tabs.
#[must_use]
pub fn is_written_in(field: &web_sys::Element) -> bool {
    let document = document();
    document.has_focus() == Ok(true) && document.active_element().as_ref() == Some(field)
}

/// Names of the drafts whose names begin so.
#[must_use]
pub fn names(begin: &str) -> Vec<String> {
    let Some(storage) = storage() else {
        return Vec::new();
    };
    let names = (0..storage.length().unwrap_or_default()).filter_map(|at| storage.key(at).ok()?);
    names.filter(|name| name.starts_with(begin)).collect()
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
