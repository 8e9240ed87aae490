//! Notices when the set of published tables changes, and subscribes every channel anew.
//!
//! A channel whose table is published by now comes to life, one whose table is gone is told so, and all
//! others hear "Subscribed" again, as on the real service, where it may mean a gap.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::Pool;
use tokio::time::sleep;

use super::{
    Handle,
    subscribe::{self, Unfit},
    visibility::Viewer,
};
use crate::error::DbError;

/// How often the tables are looked at.
const EVERY: Duration = Duration::from_secs(2);

/// Watches for as long as the program runs.
pub async fn watch(handle: Handle, admin: Pool) {
    let mut known = None;
    loop {
        // While the database is away there is nothing to compare; the change stream tells of that.
        if let Ok(tables) = subscribe::published(&admin).await {
            let changed = known.as_ref().is_some_and(|known| *known != tables);
            if !changed || subscribe_all(&handle, &admin).await.is_ok() {
                known = Some(tables);
            }
        }
        sleep(EVERY).await;
    }
}

async fn subscribe_all(handle: &Handle, admin: &Pool) -> Result<(), DbError> {
    for (channel, identity, bindings) in handle.with(|hub| hub.bound()) {
        match subscribe::check(admin, &identity.role, &bindings).await {
            Ok(()) => {
                let (role, claims) = (identity.role.clone(), identity.claims.clone());
                handle.ready(channel, Arc::new(Viewer { role, claims }));
            }
            Err(Unfit::Refused(message)) => handle.with(|hub| hub.unsubscribe(channel, &message)),
            Err(Unfit::Away(error)) => return Err(error),
        }
    }
    Ok(())
}
