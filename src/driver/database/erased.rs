//! What this device forgets of somebody who has no account any more.

use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;

use super::{Database, Js, STORE, done, range_of};

impl Database {
    /// Removes all writes of `user`.
    async fn forget_user(&self, user: &str) -> Js<()> {
        let transaction = self.transaction(STORE, "strict")?;
        let store = transaction.object_store(STORE)?;
        store.delete(&range_of(user)?.into())?;
        done(&transaction).await
    }
}

/// Forgets all that `me` has not sent.
pub fn forget_writes(me: Uuid) {
    spawn_local(async move {
        if let Ok(database) = Database::open().await {
            // A browser that refuses this has not stored them either.
            let _ = database.forget_user(&me.to_string()).await;
        }
    });
}
