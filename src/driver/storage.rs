//! What this device remembers: the session, in local storage, shared by all tabs.

use std::cell::RefCell;

use uuid::Uuid;
use web_sys::Storage;
use wire::auth::Session;

const SESSION: &str = "tavern-session";
const GREETED: &str = "tavern-greeted";
const PLACE: &str = "tavern-place";

thread_local! {
    /// The session, where the browser refuses to store it: it lasts until the page is left.
    static UNSTORED: RefCell<Option<Session>> = const { RefCell::new(None) };
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The saved session, if there is one that can be read.
#[must_use]
pub fn session() -> Option<Session> {
    UNSTORED.with_borrow(Clone::clone).or_else(stored)
}

fn stored() -> Option<Session> {
    let text = storage()?.get_item(SESSION).ok()??;
    serde_json::from_str(&text).ok()
}

/// Remembers a session.
pub fn save_session(session: &Session) {
    let text = serde_json::to_string(session).ok();
    let saved = storage()
        .zip(text)
        .is_some_and(|(storage, text)| storage.set_item(SESSION, &text).is_ok());
    UNSTORED.set((!saved).then(|| session.clone()));
}

/// Forgets the session.
pub fn forget_session() {
    UNSTORED.set(None);
    if let Some(storage) = storage() {
        // A browser that refuses this has not stored it either.
        let _ = storage.remove_item(SESSION);
    }
}

/// Forgets whatever is kept under the name of `me`: drafts, places.
pub fn forget_person(me: Uuid) {
    let Some(storage) = storage() else { return };
    let me = me.to_string();
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
    let mine: Vec<String> = keys.filter(|key| key.contains(&me)).collect();
    for key in mine {
        // A browser that refuses this has not stored it either.
        let _ = storage.remove_item(&key);
    }
}

/// Remembers the page that somebody wanted to see who has to read their mail first.
pub fn save_place(place: &str) {
    if let Some(storage) = storage() {
        // A browser that refuses this opens the first page instead.
        let _ = storage.set_item(PLACE, place);
    }
}

/// That page, once.
pub fn take_place() -> Option<String> {
    let storage = storage()?;
    let place = storage.get_item(PLACE).ok().flatten()?;
    let _ = storage.remove_item(PLACE);
    Some(place)
}

/// Whether somebody was welcomed on this device before; where nothing is stored, nobody is each time.
#[must_use]
pub fn was_greeted() -> bool {
    storage().is_none_or(|storage| !matches!(storage.get_item(GREETED), Ok(None)))
}

/// Remembers that somebody was welcomed.
pub fn greeted() {
    if let Some(storage) = storage() {
        // A browser that refuses this welcomes again.
        let _ = storage.set_item(GREETED, "yes");
    }
}
