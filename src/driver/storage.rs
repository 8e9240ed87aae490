//! What this device remembers: the session, in local storage, shared by all tabs.

use web_sys::Storage;
use wire::auth::Session;

const SESSION: &str = "tavern-session";

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The saved session, if there is one that can be read.
#[must_use]
pub fn session() -> Option<Session> {
    let text = storage()?.get_item(SESSION).ok()??;
    serde_json::from_str(&text).ok()
}

/// Remembers a session. A browser that refuses storage keeps one signed in until the page is left.
pub fn save_session(session: &Session) {
    let text = serde_json::to_string(session).ok();
    if let Some((storage, text)) = storage().zip(text) {
        let _ = storage.set_item(SESSION, &text);
    }
}

/// Forgets the session.
pub fn forget_session() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(SESSION);
    }
}
