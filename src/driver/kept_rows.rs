//! The rows that a person could read, on this device, from one life of the app to the next.
//!
//! They are a convenience: where the browser stores nothing, the app begins with what the server tells.

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;

use super::{Driver, database::Database, storage};

/// The stored rows of `me`, which go into the engine.
pub(super) fn open_rows(driver: Weak<Driver>, me: Uuid) -> Rc<KeptRows> {
    KeptRows::open(me, move |text| {
        if let Some(driver) = driver.upgrade() {
            // What another version of the app has kept is of no use; the server tells everything anew.
            driver.turn(|engine, now| {
                let _ = engine.remember(now, text);
            });
        }
    })
}

/// Where the rows of one person are kept.
pub struct KeptRows {
    user: String,
    database: RefCell<Option<Rc<Database>>>,
}

impl KeptRows {
    /// Those of `me`; what is there is handed to `then`, and what others have left is removed.
    pub fn open(me: Uuid, then: impl FnOnce(&str) + 'static) -> Rc<Self> {
        let kept = Rc::new(Self {
            user: me.to_string(),
            database: RefCell::new(None),
        });
        let opening = Rc::clone(&kept);
        spawn_local(async move {
            let Some(database) = opening.database().await else {
                return;
            };
            if let Ok(Some(text)) = database.rows(&opening.user).await {
                then(&text);
            }
            // Somebody may have closed the page before it had forgotten them.
            let _ = database.forget_rows_of_others(Some(&opening.user)).await;
        });
        kept
    }

    async fn database(&self) -> Option<Rc<Database>> {
        let open = self.database.borrow().clone();
        if open.is_some() {
            return open;
        }
        let opened = Rc::new(Database::open_rows().await.ok()?);
        *self.database.borrow_mut() = Some(Rc::clone(&opened));
        Some(opened)
    }

    /// Keeps the rows, unless their person has signed out meanwhile.
    pub fn keep(self: &Rc<Self>, text: String) {
        let kept = Rc::clone(self);
        spawn_local(async move {
            let Some(database) = kept.database().await else {
                return;
            };
            if kept.is_signed_in() {
                // A full disk keeps what was there before, which is only older.
                let _ = database.keep_rows(&kept.user, Some(&text)).await;
            }
            // Another tab may have signed out while this was stored.
            if !kept.is_signed_in() {
                let _ = database.keep_rows(&kept.user, None).await;
            }
        });
    }

    /// Keeps none of them any longer.
    pub fn forget(self: &Rc<Self>) {
        let kept = Rc::clone(self);
        spawn_local(async move {
            if let Some(database) = kept.database().await {
                // A browser that refuses this has not stored them either.
                let _ = database.keep_rows(&kept.user, None).await;
            }
        });
    }

    fn is_signed_in(&self) -> bool {
        storage::session().is_some_and(|session| session.user.id == self.user)
    }
}

/// Keeps nothing of anybody: no one is signed in.
pub fn forget_all() {
    spawn_local(async {
        if let Ok(database) = Database::open_rows().await {
            // A browser that refuses this has not stored them either.
            let _ = database.forget_rows_of_others(None).await;
        }
    });
}
