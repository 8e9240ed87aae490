//! The rows that a person could read, on this device, from one life of the app to the next.
//!
//! They are a convenience: where the browser stores nothing, the app begins with what the server tells.

use std::rc::Rc;

use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;

use super::{database::Database, storage};

/// Hands over what is kept of `me`, if anything is.
pub fn read(me: Uuid, then: impl FnOnce(&str) + 'static) {
    spawn_local(async move {
        let Ok(database) = Database::open().await else {
            return;
        };
        if let Ok(Some(text)) = database.rows(&me.to_string()).await {
            then(&text);
        }
    });
}

/// Keeps the rows of `me`, unless they have signed out meanwhile.
pub fn keep(database: Rc<Database>, me: Uuid, text: String) {
    let me = me.to_string();
    spawn_local(async move {
        if storage::session().is_some_and(|session| session.user.id == me) {
            // A full disk keeps what was there before, which is only older.
            let _ = database.keep_rows(&me, Some(&text)).await;
        }
    });
}

/// Keeps nothing of `me` any longer.
pub fn forget(me: Uuid) {
    spawn_local(async move {
        if let Ok(database) = Database::open().await {
            // A browser that refuses this has not stored them either.
            let _ = database.keep_rows(&me.to_string(), None).await;
        }
    });
}
