//! The order in which writes go out, one at a time.

use std::collections::VecDeque;

use crate::{Rejection, RequestId};

/// Names one write of this client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct MutationId(pub(crate) u64);

/// A refused write that was rolled back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Names the notice.
    pub id: u64,
    /// Table of the write.
    pub table: &'static str,
    /// Key of the row, as a JSON object.
    pub key: String,
    /// Why it was refused.
    pub rejection: Rejection,
    /// What the person had written, as JSON, when there is something to lose.
    pub lost: Option<String>,
}

/// A write that waits, and the index of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) id: MutationId,
    pub(crate) table: usize,
}

/// What the outbox is doing with its first write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flight {
    /// Nothing is under way.
    Idle,
    /// The request is under way.
    Sent(RequestId),
    /// The row is fetched first, because the server's differs from ours.
    Looking(RequestId),
    /// Its timer runs, or the session is being refreshed.
    Resting,
}

/// Writes in order; those that were refused are not here.
#[derive(Debug)]
pub(crate) struct Outbox {
    queue: VecDeque<Waiting>,
    pub(crate) flight: Flight,
    next: u64,
}

impl Default for Outbox {
    fn default() -> Self {
        Self {
            queue: VecDeque::new(),
            flight: Flight::Idle,
            next: 1,
        }
    }
}

impl Outbox {
    pub(crate) fn add(&mut self, table: usize) -> MutationId {
        let id = MutationId(self.next);
        self.next += 1;
        self.queue.push_back(Waiting { id, table });
        id
    }

    pub(crate) fn again(&mut self, id: MutationId, table: usize) {
        self.queue.push_back(Waiting { id, table });
    }

    pub(crate) fn first(&self) -> Option<Waiting> {
        self.queue.front().copied()
    }

    /// The write that a request is under way for; it may no longer be withdrawn.
    pub(crate) fn in_flight(&self) -> Option<MutationId> {
        match self.flight {
            Flight::Sent(_) | Flight::Looking(_) => self.first().map(|waiting| waiting.id),
            // A lost answer leaves open whether the server carried it out.
            Flight::Resting => self.first().map(|waiting| waiting.id),
            Flight::Idle => None,
        }
    }

    pub(crate) fn remove(&mut self, id: MutationId) {
        self.queue.retain(|waiting| waiting.id != id);
    }

    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }
}
