//! What the outbox asks of a table about its writes.

use wire::Timestamp;

use super::{
    erased::Key,
    overlay::{Mutation, Op},
    replica::Replica,
};
use crate::{Keys, Method, Rejection, WriteId};

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

impl Replica {
    /// Key of the row of the write.
    pub(crate) fn key_of(&self, id: WriteId) -> Option<Key> {
        self.keys.get(&id).cloned()
    }

    /// Drops the write as done.
    pub(crate) fn forget(&mut self, id: WriteId) {
        if let Some(key) = self.key_of(id) {
            self.withdraw(&key, |write| write.id == id);
        }
    }

    /// What the server is to know the write by.
    pub(crate) fn idempotency_key(&self, id: WriteId) -> Option<String> {
        let write = self.named(id)?;
        let content = serde_json::to_string(&write.op.columns()).ok()?;
        let (decided, hash) = (write.decided, fnv1a(&content));
        Some(format!("{id}-{decided}-{hash:x}"))
    }

    /// Whether the write is refused.
    pub(crate) fn is_refused(&self, id: WriteId) -> bool {
        self.named(id).is_some_and(|write| write.failed.is_some())
    }

    /// Gives a write up. Says which edits of its row may go on.
    pub(crate) fn discard(&mut self, id: WriteId) -> Vec<WriteId> {
        let Some(key) = self.key_of(id) else {
            return Vec::new();
        };
        self.lift(&key, id);
        self.withdraw(&key, |write| write.id == id);
        self.edits_of(&key)
    }

    /// Edits of the row of `id` that are not refused.
    pub(crate) fn edits_beside(&self, id: WriteId) -> Vec<WriteId> {
        let key = self.keys.get(&id);
        key.map_or_else(Vec::new, |key| self.edits_of(key))
    }

    /// Key of the row of a write that was carried out, if it may have been deleted since.
    pub(crate) fn take_doubt(&mut self, id: WriteId) -> Option<Key> {
        let key = self.keys.get(&id)?;
        self.doubted.take(key)
    }

    /// Conflicts that have gone away by themselves.
    pub(crate) fn take_dissolved(&mut self) -> Vec<WriteId> {
        std::mem::take(&mut self.dissolved)
    }

    /// Makes a refused write wait again; says whether it was one.
    pub(crate) fn retry(&mut self, id: WriteId) -> bool {
        let Some(key) = self.key_of(id) else {
            return false;
        };
        !self.revive(&key, |write| write.id == id).is_empty()
    }

    /// Whether an insert may have reached the server, so that only a deletion takes it back.
    pub(crate) fn is_insert_that_left(&self, id: WriteId) -> bool {
        self.named(id).is_some_and(|write| {
            write.attempted && write.failed.is_none() && matches!(write.op, Op::Insert { .. })
        })
    }

    /// Deletes the row of insert `id` by a write named `undo`; says whether there was no deletion yet.
    pub(crate) fn undo(&mut self, id: WriteId, undo: WriteId, place: u64, at: Timestamp) -> bool {
        let Some(key) = self.key_of(id) else {
            return false;
        };
        let mut writes = self.writes.get(&key).into_iter().flatten();
        if writes.any(|write| matches!(write.op, Op::Delete)) {
            return false;
        }
        let write = Mutation::new(undo, place, at, Op::Delete);
        self.write(&key, write);
        true
    }

    /// Whether writes were added, changed or dropped since they were last taken.
    pub(crate) fn has_unsaved(&self) -> bool {
        !(self.unsaved.is_empty() && self.noted.is_empty())
    }

    /// Those writes, as text to keep; `None` for what is no more.
    pub(crate) fn take_unsaved(&mut self) -> Vec<(WriteId, Option<String>)> {
        let ids = std::mem::take(&mut self.unsaved);
        self.noted.retain(|id| !ids.contains(id));
        ids.into_iter().map(|id| (id, self.save(id))).collect()
    }

    /// The other writes of which how far they are has changed, as text to keep.
    pub(crate) fn take_noted(&mut self) -> Vec<(WriteId, String)> {
        let ids = std::mem::take(&mut self.noted).into_iter();
        ids.filter_map(|id| Some((id, self.save(id)?))).collect()
    }

    /// Whether a deletion of an unsent insert leaves nothing to send.
    pub(crate) fn never_left(&self) -> bool {
        match self.kind.keys() {
            Keys::Fresh => true,
            // A put may replace a row that the server has.
            Keys::Reused => false,
        }
    }
}

/// FNV-1a: the same in every version of the app, as names that outlast it have to be.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
