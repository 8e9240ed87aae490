//! What can be made to go wrong with Realtime, for tests; nothing does unless it is asked for.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::{Handle, change::Row};
use crate::jwt;

/// What happens to subscriptions before they live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hush {
    /// They wait so many milliseconds; 0 is as usual.
    For(u64),
    /// They never live.
    Ever,
}

/// What is to go wrong.
pub struct Faults {
    skip: Mutex<u64>,
    hush: Mutex<Hush>,
    restart: Notify,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            skip: Mutex::default(),
            hush: Mutex::new(Hush::For(0)),
            restart: Notify::new(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Handle {
    /// From now on so many committed rows reach nobody.
    pub fn skip(&self, rows: u64) {
        *lock(&self.faults().skip) = rows;
    }

    /// How many rows are still to reach nobody.
    pub fn skips(&self) -> u64 {
        *lock(&self.faults().skip)
    }

    /// Takes out of `rows` those that are to reach nobody.
    pub(super) fn pass_over(&self, rows: &mut Vec<Row>) {
        let mut skip = lock(&self.faults().skip);
        let over = usize::try_from(*skip).unwrap_or(usize::MAX).min(rows.len());
        rows.drain(..over);
        *skip -= over as u64;
    }

    /// From now on this happens to subscriptions.
    pub fn hush(&self, hush: Hush) {
        *lock(&self.faults().hush) = hush;
    }

    /// What happens to subscriptions.
    pub fn hushed(&self) -> Hush {
        *lock(&self.faults().hush)
    }

    /// Ends the tokens of a user's channels, or of all.
    pub fn expire(&self, user: Option<&str>) {
        self.with(|hub| hub.expire_now(user, jwt::now()));
    }

    /// Begins the change stream anew.
    pub fn restart_capture(&self) {
        self.faults().restart.notify_one();
    }

    /// Waits until the change stream is to begin anew.
    pub(super) async fn capture_restarts(&self) {
        self.faults().restart.notified().await;
    }
}
