//! Notifications of the system, one for a message however many tabs are open.

use std::time::Duration;

use uuid::Uuid;
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Notification, NotificationOptions, NotificationPermission};

use super::{clock::Timer, listen, outbox::lock};

/// A tab that is looked at comes first: what it shows needs no notification.
const AFTER: Duration = Duration::from_millis(300);
/// The messages told last, by all tabs of this device.
const TOLD: &str = "tavern-told";
/// So many are remembered.
const REMEMBERED: usize = 200;
/// Where all conversations are.
const ALL: &str = "#/messages";

/// What a notification says.
pub struct Note {
    /// The message that it is about.
    pub id: Uuid,
    /// Who writes.
    pub title: String,
    /// How the message begins.
    pub body: String,
    /// Where a click leads: the address after `#`.
    pub hash: String,
}

/// Whether the browser lets the page notify; `None` where there are no notifications.
#[must_use]
pub fn permission() -> Option<NotificationPermission> {
    js_sys::Reflect::has(&js_sys::global(), &"Notification".into())
        .is_ok_and(|has| has)
        .then(Notification::permission)
}

/// Asks the person by the browser's own question; then calls back.
pub fn ask(on_answer: impl FnOnce() + 'static) {
    spawn_local(async move {
        if let Ok(asked) = Notification::request_permission() {
            // The permission itself is read afterwards.
            let _ = JsFuture::from(asked).await;
        }
        on_answer();
    });
}

/// Tells of messages, unless another tab does or one is looked at. Each tab calls this for all messages,
/// whether it is looked at or not. Many at once are told in one.
pub fn tell(notes: Vec<Note>) {
    if listen::is_visible() {
        spawn_local(async move {
            let _turn = lock::hold(TOLD).await;
            for note in notes {
                is_first(note.id);
            }
        });
        return;
    }
    let mut notes = Some(notes);
    let timer = Timer::new(AFTER, move || {
        let Some(mut notes) = notes.take() else {
            return;
        };
        spawn_local(async move {
            let _turn = lock::hold(TOLD).await;
            notes.retain(|note| is_first(note.id));
            if listen::is_visible() {
                return;
            }
            match notes.as_slice() {
                [] => {}
                few @ ([_] | [_, _] | [_, _, _]) => few.iter().for_each(show),
                many => show(&summary(many)),
            }
        });
    });
    // It calls back once and is nobody's to cancel.
    std::mem::forget(timer);
}

/// One note in place of many, the newest last.
fn summary(notes: &[Note]) -> Note {
    let mut from: Vec<&Note> = Vec::new();
    for note in notes {
        if !from.iter().any(|other| other.title == note.title) {
            from.push(note);
        }
    }
    let others = from.len().saturating_sub(1).to_string();
    let names = match from.as_slice() {
        [] => String::new(),
        [one] => one.title.clone(),
        [one, other] => [&one.title, " and ", &other.title].concat(),
        [one, ..] => [&one.title, " and ", &others, " others"].concat(),
    };
    let first = notes.first().map_or(ALL, |note| note.hash.as_str());
    let hash = if notes.iter().all(|note| note.hash == first) {
        first
    } else {
        ALL
    };
    Note {
        id: notes.last().map(|note| note.id).unwrap_or_default(),
        title: [&notes.len().to_string(), " new messages"].concat(),
        body: ["From ", &names].concat(),
        hash: hash.to_owned(),
    }
}

/// Notes that a message is told; whether nobody had told it.
fn is_first(id: Uuid) -> bool {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    let Some(storage) = storage else { return true };
    let told = storage.get_item(TOLD).ok().flatten().unwrap_or_default();
    let id = id.to_string();
    let mut told: Vec<&str> = told.split_whitespace().collect();
    if told.contains(&id.as_str()) {
        return false;
    }
    told.push(&id);
    let from = told.len().saturating_sub(REMEMBERED);
    // A browser that stores nothing has the tag of the notification to tell them apart.
    let _ = storage.set_item(TOLD, &told[from..].join(" "));
    true
}

fn show(note: &Note) {
    if permission() != Some(NotificationPermission::Granted) {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(&note.body);
    options.set_tag(&note.id.to_string());
    // Some phones show none that did not come from a service worker.
    let Ok(shown) = Notification::new_with_options(&note.title, &options) else {
        return;
    };
    let hash = note.hash.clone();
    let closing = shown.clone();
    let open = Closure::once_into_js(move || {
        if let Some(window) = web_sys::window() {
            let _ = window.focus();
            let _ = window.location().set_hash(&hash);
        }
        closing.close();
    });
    shown.set_onclick(Some(open.unchecked_ref()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(id: u128, from: &str) -> Note {
        Note {
            id: Uuid::from_u128(id),
            title: from.to_owned(),
            body: "Hello".to_owned(),
            hash: ["#/messages/", from].concat(),
        }
    }

    #[test]
    fn many_messages_are_told_in_one_sentence() {
        let told = |names: &[&str]| {
            let notes: Vec<Note> = (1..).zip(names).map(|(id, name)| note(id, name)).collect();
            let Note {
                title, body, hash, ..
            } = summary(&notes);
            [title, body, hash].join(" | ")
        };
        assert_eq!(
            told(&["Ada", "Ada", "Ada", "Ada"]),
            "4 new messages | From Ada | #/messages/Ada"
        );
        assert_eq!(
            told(&["Ada", "Bea", "Ada", "Bea"]),
            "4 new messages | From Ada and Bea | #/messages"
        );
        let tavern = (1..)
            .zip(["Ada", "Bea", "Ada", "Bea"])
            .map(|(id, name)| Note {
                hash: "#/tavern".to_owned(),
                ..note(id, &[name, " in the tavern"].concat())
            });
        let told_there = summary(&tavern.collect::<Vec<_>>());
        assert_eq!(
            [told_there.body, told_there.hash].join(" | "),
            "From Ada in the tavern and Bea in the tavern | #/tavern"
        );
        assert_eq!(
            told(&["Ada", "Bea", "Cem", "Ada", "Dora"]),
            "5 new messages | From Ada and 3 others | #/messages"
        );
    }
}
