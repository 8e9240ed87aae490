//! The order in which writes go out, one at a time.

use std::collections::VecDeque;

use crate::{RequestId, WriteId};

/// More writes than this do not wait; what comes on top is refused, and kept, at once.
const LIMIT: usize = 1_000;

/// So often a server may fail over one write before the others go on without it.
const FAILURES: u32 = 8;

/// A write that waits, and the index of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) id: WriteId,
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
    engine: u64,
    queue: VecDeque<Waiting>,
    pub(crate) flight: Flight,
    /// How often the server has failed over the first write.
    failures: u32,
    number: u64,
    place: u64,
}

impl Outbox {
    /// An empty one whose writes are named after `engine`.
    pub(crate) fn new(engine: u64) -> Self {
        Self {
            engine,
            queue: VecDeque::new(),
            flight: Flight::Idle,
            failures: 0,
            number: 0,
            place: 0,
        }
    }

    /// A new name and the next place.
    pub(crate) fn name(&mut self) -> (WriteId, u64) {
        self.number += 1;
        self.place += 1;
        let id = WriteId {
            engine: self.engine,
            number: self.number,
        };
        (id, self.place)
    }

    /// Leaves names and places out that an earlier life has given.
    pub(crate) fn skip(&mut self, id: WriteId, place: u64) {
        if id.engine == self.engine {
            self.number = self.number.max(id.number);
        }
        self.place = self.place.max(place);
    }

    pub(crate) fn push(&mut self, id: WriteId, table: usize) {
        self.queue.push_back(Waiting { id, table });
    }

    pub(crate) fn contains(&self, id: WriteId) -> bool {
        self.queue.iter().any(|waiting| waiting.id == id)
    }

    /// Counts a failure of the server over the first write; says whether it was one too many.
    pub(crate) fn fails_again(&mut self) -> bool {
        self.failures += 1;
        self.failures >= FAILURES
    }

    pub(crate) fn is_full(&self) -> bool {
        self.queue.len() >= LIMIT
    }

    pub(crate) fn first(&self) -> Option<Waiting> {
        self.queue.front().copied()
    }

    /// The write whose request is under way.
    pub(crate) fn sent(&self) -> Option<WriteId> {
        let sent = matches!(self.flight, Flight::Sent(_));
        self.first().filter(|_| sent).map(|first| first.id)
    }

    /// The write that is being sent, or sent again.
    pub(crate) fn in_flight(&self) -> Option<WriteId> {
        match self.flight {
            Flight::Sent(_) | Flight::Looking(_) => self.first().map(|waiting| waiting.id),
            Flight::Resting | Flight::Idle => None,
        }
    }

    pub(crate) fn remove(&mut self, id: WriteId) {
        // Nearly always it is the first.
        if self.first().is_some_and(|first| first.id == id) {
            self.queue.pop_front();
            self.failures = 0;
            // What is still to come was for it, not for the next.
            if matches!(self.flight, Flight::Looking(_) | Flight::Resting) {
                self.flight = Flight::Idle;
            }
        } else {
            self.queue.retain(|waiting| waiting.id != id);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }
}
