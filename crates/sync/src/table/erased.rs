//! A replica without its type: what the engine does to every table alike.

use std::any::Any;

use serde_json::{Map, Value, value::RawValue};
use wire::{Timestamp, change::Change};

use super::{
    overlay::{Looked, Mutation, Op},
    path::row_path,
    replica::{Reaction, Replica},
    scope::AnyScope,
};
use crate::{Conflict, Keys, Method, Queued, Rejection, Rev, Table, WriteId};

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

/// What a look at its row means for a write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Settled {
    /// The row shows that it is done; it is dropped.
    Done,
    /// It is judged anew by the next attempt.
    Again,
    /// It cannot be carried out.
    Refuse(Rejection),
}

/// What an accepted write leaves to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Accepted {
    /// It is confirmed and gone from the overlay.
    Confirmed,
    /// No row came back: look at the row, then try again.
    Look { key: String },
}

/// A single row to ask REST for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) key: String,
    pub(crate) path: String,
    pub(crate) before: Option<Rev>,
}

/// What became of a change of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It is in, or was known.
    Done,
    /// The record says too little: the row with this key, as JSON, has to be fetched.
    Fetch(String),
    /// Not even the key could be read.
    Unread,
}

pub(crate) trait AnyReplica: Any + AnyScope {
    fn name(&self) -> &'static str;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
    fn bury(&mut self, key: &RawValue, rev: Rev);
    fn change(&mut self, change: &Change) -> Applied;
    fn wanted(&self, key: &str) -> Option<Wanted>;
    /// Takes in the answer to [`Wanted`]: a JSON list of at most one row.
    fn fetched(&mut self, wanted: &Wanted, body: &str, step: u64);
    fn step(&mut self, id: WriteId) -> Step;
    fn accept(&mut self, id: WriteId, body: &str, step: u64) -> Accepted;
    fn key_of(&self, id: WriteId) -> Option<String>;
    /// Drops the write as done.
    fn forget(&mut self, id: WriteId);
    /// The write is known to be carried out; a look at its row settles it.
    fn done(&mut self, id: WriteId);
    /// What the server is to know the write by.
    fn idempotency_key(&self, id: WriteId) -> Option<String>;
    /// After a look at the row: what that makes of the write.
    fn look_settles(&mut self, id: WriteId) -> Settled;
    /// Marks the write as refused; it stays until the person decides.
    fn refuse(&mut self, id: WriteId, rejection: Rejection);
    /// Makes a refused write wait again; says whether it was one.
    fn retry(&mut self, id: WriteId) -> bool;
    /// See [`Replica::settle`].
    fn settle(&mut self, id: WriteId, seen: &Conflict, columns: Map<String, Value>)
    -> Option<bool>;
    /// Takes a kept write in; says whether it waits to be sent. `None` when it cannot be read.
    fn restore(&mut self, id: WriteId, text: &str) -> Option<bool>;
    /// Whether it can be given up without a trace on the server.
    fn is_unsent_or_refused(&self, id: WriteId) -> bool;
    /// Deletes the row of insert `id` by a write named `undo`.
    fn undo(&mut self, id: WriteId, undo: WriteId, place: u64, at: Timestamp);
    /// Whether writes were added, changed or dropped since they were last taken.
    fn has_unsaved(&self) -> bool;
    /// Those writes, as text to keep; `None` for what is no more.
    fn take_unsaved(&mut self) -> Vec<(WriteId, Option<String>)>;
    /// All writes with their places, as people see them.
    fn queued(&self, flying: Option<WriteId>) -> Vec<(u64, Queued)>;
}

impl<T: Table> AnyReplica for Replica<T> {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn bury(&mut self, key: &RawValue, rev: Rev) {
        if let Ok(key) = serde_json::from_str(key.get()) {
            Self::bury(self, key, rev);
        }
    }

    fn change(&mut self, change: &Change) -> Applied {
        match Self::change(self, change) {
            Some(Reaction::Done) => Applied::Done,
            Some(Reaction::Fetch(key)) => {
                serde_json::to_string(&key).map_or(Applied::Unread, Applied::Fetch)
            }
            None => Applied::Unread,
        }
    }

    fn wanted(&self, key: &str) -> Option<Wanted> {
        let typed: T::Key = serde_json::from_str(key).ok()?;
        let before = self.base(&typed).map(|row| row.rev());
        let path = format!("{}&select=*", row_path::<T>(&typed));
        Some(Wanted {
            key: key.to_owned(),
            path,
            before,
        })
    }

    fn fetched(&mut self, wanted: &Wanted, body: &str, step: u64) {
        let (Ok(key), Ok(rows)) = (
            serde_json::from_str(&wanted.key),
            serde_json::from_str::<Vec<T>>(body),
        ) else {
            return;
        };
        Self::fetched(self, key, rows.into_iter().next(), wanted.before, step);
    }

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
        let writes = self.writes.get(self.keys.get(&id)?)?;
        let write = writes.iter().find(|write| write.id == id)?;
        Some(format!("{id}-{}", write.decided))
    }

    fn done(&mut self, id: WriteId) {
        if let Some((_, write)) = self.find(id) {
            write.looked = Looked::Done;
        }
    }

    fn look_settles(&mut self, id: WriteId) -> Settled {
        Self::look_settles(self, id)
    }

    fn refuse(&mut self, id: WriteId, rejection: Rejection) {
        self.fail(id, rejection);
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

    fn is_unsent_or_refused(&self, id: WriteId) -> bool {
        let key = self.keys.get(&id);
        let writes = key.and_then(|key| self.writes.get(key));
        writes.is_some_and(|writes| {
            let mut named = writes.iter().filter(|write| write.id == id);
            named.any(|write| !write.attempted || write.failed.is_some())
        })
    }

    fn undo(&mut self, id: WriteId, undo: WriteId, place: u64, at: Timestamp) {
        let Some(key) = self.keys.get(&id).copied() else {
            return;
        };
        let write = Mutation {
            id: undo,
            place,
            at,
            op: Op::Delete,
            failed: None,
            attempted: false,
            decided: 0,
            sent: None,
            looked: Looked::No,
        };
        self.write(key, write);
    }

    fn has_unsaved(&self) -> bool {
        !self.unsaved.is_empty()
    }

    fn take_unsaved(&mut self) -> Vec<(WriteId, Option<String>)> {
        let ids = std::mem::take(&mut self.unsaved);
        ids.into_iter().map(|id| (id, self.save(id))).collect()
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
