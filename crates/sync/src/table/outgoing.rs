//! The writes of a replica without its type: what the outbox asks of every table alike.

use serde_json::{Map, Value};
use wire::Timestamp;

use super::{
    overlay::{Mutation, Op, Why},
    replica::Replica,
};
use crate::{Conflict, Keys, Method, Queued, Rejection, Table, WriteId};

/// What to do with the first write of the outbox.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// Send this.
    Send {
        method: Method,
        path: String,
        prefer: &'static str,
        body: Option<String>,
    },
    /// The server has it already, or it is withdrawn: forget it.
    Forget,
    /// The row has to be fetched first.
    Look,
    /// It cannot be carried out.
    Refuse(Rejection),
}

/// What an accepted write leaves to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepted {
    /// It is confirmed and gone from the overlay.
    Confirmed,
    /// No row came back: look at the row, then try again.
    Again,
    /// The answer has no rows that can be read: whoever gave it was not the database.
    Unreadable,
}

pub(crate) trait AnyWrites {
    fn step(&mut self, id: WriteId) -> Step;
    fn accept(&mut self, id: WriteId, body: &str, step: u64) -> Accepted;
    fn key_of(&self, id: WriteId) -> Option<String>;
    /// Drops the write as done.
    fn forget(&mut self, id: WriteId);
    /// The row of the write has to be looked at.
    fn owe(&mut self, id: WriteId, why: Why);
    /// What the server is to know the write by.
    fn idempotency_key(&self, id: WriteId) -> Option<String>;
    /// After a look at the row: whether the write is settled by it, and dropped.
    fn look_settles(&mut self, id: WriteId) -> bool;
    /// Marks the write as refused; it stays until the person decides. Says what is no longer to be sent.
    fn refuse(&mut self, id: WriteId, rejection: Rejection) -> Vec<WriteId>;
    /// Whether the write is refused.
    fn is_refused(&self, id: WriteId) -> bool;
    /// Gives a write up. Says which edits of its row may go on.
    fn discard(&mut self, id: WriteId) -> Vec<WriteId>;
    /// Edits of the row of `id` that are not refused.
    fn edits_beside(&self, id: WriteId) -> Vec<WriteId>;
    /// Key of the row of a write that was carried out, as JSON, if it may have been deleted since.
    fn take_doubt(&mut self, id: WriteId) -> Option<String>;
    /// Conflicts that have gone away by themselves.
    fn take_dissolved(&mut self) -> Vec<WriteId>;
    /// Makes a refused write wait again; says whether it was one.
    fn retry(&mut self, id: WriteId) -> bool;
    /// See [`Replica::settle`].
    fn settle(&mut self, id: WriteId, seen: &Conflict, columns: Map<String, Value>)
    -> Option<bool>;
    /// Takes a kept write in; says whether it waits to be sent. `None` when it cannot be read.
    fn restore(&mut self, id: WriteId, text: &str) -> Option<bool>;
    /// Whether an insert may have reached the server, so that only a deletion takes it back.
    fn is_insert_that_left(&self, id: WriteId) -> bool;
    /// Deletes the row of insert `id` by a write named `undo`; says whether there was no deletion yet.
    fn undo(&mut self, id: WriteId, undo: WriteId, place: u64, at: Timestamp) -> bool;
    /// Whether writes were added, changed or dropped since they were last taken.
    fn has_unsaved(&self) -> bool;
    /// Those writes, as text to keep; `None` for what is no more.
    fn take_unsaved(&mut self) -> Vec<(WriteId, Option<String>)>;
    /// The other writes of which how far they are has changed, as text to keep.
    fn take_noted(&mut self) -> Vec<(WriteId, String)>;
    /// All writes with their places, as people see them.
    fn queued(&self, flying: Option<WriteId>) -> Vec<(u64, Queued)>;
}

impl<T: Table> AnyWrites for Replica<T> {
    fn step(&mut self, id: WriteId) -> Step {
        Self::step(self, id)
    }

    fn accept(&mut self, id: WriteId, body: &str, step: u64) -> Accepted {
        Self::accept(self, id, body, step)
    }

    fn key_of(&self, id: WriteId) -> Option<String> {
        self.keys
            .get(&id)
            .and_then(|key| serde_json::to_string(key).ok())
    }

    fn forget(&mut self, id: WriteId) {
        if let Some(key) = self.keys.get(&id).copied() {
            self.withdraw(key, |write| write.id == id);
        }
    }

    fn idempotency_key(&self, id: WriteId) -> Option<String> {
        let write = self.named(id)?;
        let content = serde_json::to_string(&write.op.columns()).ok()?;
        let (decided, hash) = (write.decided, fnv1a(&content));
        Some(format!("{id}-{decided}-{hash:x}"))
    }

    fn owe(&mut self, id: WriteId, why: Why) {
        Self::owe(self, id, why);
    }

    fn look_settles(&mut self, id: WriteId) -> bool {
        Self::look_settles(self, id)
    }

    fn refuse(&mut self, id: WriteId, rejection: Rejection) -> Vec<WriteId> {
        self.fail(id, rejection)
    }

    fn is_refused(&self, id: WriteId) -> bool {
        self.named(id).is_some_and(|write| write.failed.is_some())
    }

    fn discard(&mut self, id: WriteId) -> Vec<WriteId> {
        let Some(key) = self.keys.get(&id).copied() else {
            return Vec::new();
        };
        self.lift(key, id);
        self.withdraw(key, |write| write.id == id);
        self.edits_of(key)
    }

    fn edits_beside(&self, id: WriteId) -> Vec<WriteId> {
        let key = self.keys.get(&id);
        key.map_or_else(Vec::new, |key| self.edits_of(*key))
    }

    fn take_doubt(&mut self, id: WriteId) -> Option<String> {
        let key = self.keys.get(&id)?;
        let doubted = self.doubted.remove(key);
        doubted.then(|| serde_json::to_string(key).ok()).flatten()
    }

    fn take_dissolved(&mut self) -> Vec<WriteId> {
        std::mem::take(&mut self.dissolved)
    }

    fn retry(&mut self, id: WriteId) -> bool {
        let Some(key) = self.keys.get(&id).copied() else {
            return false;
        };
        !self.revive(key, |write| write.id == id).is_empty()
    }

    fn settle(
        &mut self,
        id: WriteId,
        seen: &Conflict,
        columns: Map<String, Value>,
    ) -> Option<bool> {
        Self::settle(self, id, seen, columns)
    }

    fn restore(&mut self, id: WriteId, text: &str) -> Option<bool> {
        Self::restore(self, id, text)
    }

    fn is_insert_that_left(&self, id: WriteId) -> bool {
        self.named(id).is_some_and(|write| {
            write.attempted && write.failed.is_none() && matches!(write.op, Op::Insert { .. })
        })
    }

    fn undo(&mut self, id: WriteId, undo: WriteId, place: u64, at: Timestamp) -> bool {
        let Some(key) = self.keys.get(&id).copied() else {
            return false;
        };
        let mut writes = self.writes.get(&key).into_iter().flatten();
        if writes.any(|write| matches!(write.op, Op::Delete)) {
            return false;
        }
        let write = Mutation::new(undo, place, at, Op::Delete);
        self.write(key, write);
        true
    }

    fn has_unsaved(&self) -> bool {
        !(self.unsaved.is_empty() && self.noted.is_empty())
    }

    fn take_unsaved(&mut self) -> Vec<(WriteId, Option<String>)> {
        let ids = std::mem::take(&mut self.unsaved);
        self.noted.retain(|id| !ids.contains(id));
        ids.into_iter().map(|id| (id, self.save(id))).collect()
    }

    fn take_noted(&mut self) -> Vec<(WriteId, String)> {
        let ids = std::mem::take(&mut self.noted).into_iter();
        ids.filter_map(|id| Some((id, self.save(id)?))).collect()
    }

    fn queued(&self, flying: Option<WriteId>) -> Vec<(u64, Queued)> {
        Self::queued(self, flying)
    }
}

/// Whether a deletion of an unsent insert leaves nothing to send.
pub(crate) fn never_left<T: Table>() -> bool {
    match T::KEYS {
        Keys::Fresh => true,
        // A put may replace a row that the server has.
        Keys::Reused => false,
    }
}

/// FNV-1a: the same in every version of the app, as names that outlast it have to be.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
