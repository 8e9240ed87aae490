//! What is wrong with the network at the moment, as all connections see it.

use std::{
    num::NonZeroU64,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;

/// The faults that last until they are taken back; by default none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    /// New connections are reset.
    pub(crate) refuse: bool,
    /// Latency of each direction.
    pub(crate) delay: Duration,
    /// What is on the way waits, and arrives together when this ends.
    pub(crate) hold: bool,
    /// Bytes vanish both ways, and nothing closes.
    pub(crate) half_open: bool,
    /// Of the server's WebSocket messages, each one with such a number vanishes.
    pub(crate) drop_every: Option<NonZeroU64>,
    /// How often all connections have been cut: one that is older than the last cut is over.
    pub(crate) cuts: u64,
}

/// Faults, and what has come of them.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) faults: watch::Sender<Faults>,
    /// Methods of requests whose next answer is to be lost.
    losing: Mutex<Vec<String>>,
    dropped: AtomicU64,
    lost: AtomicU64,
}

impl Shared {
    pub(crate) fn lose_answer(&self, method: &str) {
        self.losing().push(method.to_owned());
    }

    /// Whether the answer to this request, given by its first bytes, is to be lost; each order counts once.
    pub(crate) fn loses(&self, request: &[u8]) -> bool {
        let mut losing = self.losing();
        let ordered = losing.iter().position(|method| {
            let rest = request.strip_prefix(method.as_bytes());
            rest.is_some_and(|rest| rest.starts_with(b" /"))
        });
        ordered.is_some_and(|at| {
            losing.swap_remove(at);
            true
        })
    }

    /// Forgets the orders that no request has met.
    pub(crate) fn lose_no_more(&self) {
        self.losing().clear();
    }

    pub(crate) fn count_dropped(&self, frames: u64) {
        self.dropped.fetch_add(frames, Ordering::Relaxed);
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub(crate) fn count_lost(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    fn losing(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.losing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
