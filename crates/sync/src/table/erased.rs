//! A replica without its type: what the engine does to every table alike.

use std::any::Any;

use serde_json::value::RawValue;
use wire::change::Change;

use super::{
    overlay::Op,
    path::row_path,
    replica::{Reaction, Replica, Source},
};
use crate::{Keys, Method, Rejection, Rev, Table, outbox::MutationId};

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

pub(crate) trait AnyReplica: Any {
    fn name(&self) -> &'static str;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
    /// Says how many rows could not be read.
    fn load(&mut self, rows: &[&RawValue], complete: bool, asked: u64) -> usize;
    fn bury(&mut self, key: &RawValue, rev: Rev);
    /// Applies a change; gives the key to fetch, as JSON, when the record says too little.
    fn change(&mut self, change: &Change) -> Option<String>;
    fn wanted(&self, key: &str) -> Option<Wanted>;
    /// Takes in the answer to [`Wanted`]: a JSON list of at most one row.
    fn fetched(&mut self, wanted: &Wanted, body: &str, step: u64);
    fn step(&mut self, id: MutationId) -> Step;
    fn accept(&mut self, id: MutationId, body: &str, step: u64) -> Accepted;
    fn key_of(&self, id: MutationId) -> Option<String>;
    /// Drops the write as done.
    fn forget(&mut self, id: MutationId);
    /// After a look at the row: whether the write is settled by it, and dropped.
    fn settle(&mut self, id: MutationId) -> bool;
    /// Marks the write as refused. Gives what is lost when it rolls back, `None` when it stays visible.
    fn refuse(&mut self, id: MutationId, rejection: &Rejection) -> Option<Option<String>>;
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

    fn load(&mut self, rows: &[&RawValue], complete: bool, asked: u64) -> usize {
        Self::load(self, rows, complete, asked)
    }

    fn bury(&mut self, key: &RawValue, rev: Rev) {
        if let Ok(key) = serde_json::from_str(key.get()) {
            Self::bury(self, key, rev);
        }
    }

    fn change(&mut self, change: &Change) -> Option<String> {
        match Self::change(self, change)? {
            Reaction::Done => None,
            Reaction::Fetch(key) => serde_json::to_string(&key).ok(),
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

    fn step(&mut self, id: MutationId) -> Step {
        let Some(key) = self.keys.get(&id).copied() else {
            return Step::Forget;
        };
        let base = self.base(&key).cloned();
        let Some((_, write)) = self.find(id) else {
            return Step::Forget;
        };
        let table = T::NAME;
        let send = |method, path, prefer, body| Step::Send {
            method,
            path,
            prefer,
            body,
        };
        match &write.op {
            Op::Insert { draft, .. } => send(
                Method::Post,
                format!("/rest/v1/{table}?select=*"),
                "return=representation",
                serde_json::to_string(draft).ok(),
            ),
            Op::Put { draft, .. } => send(
                Method::Post,
                format!("/rest/v1/{table}?select=*"),
                "resolution=merge-duplicates,return=representation",
                serde_json::to_string(draft).ok(),
            ),
            Op::Delete => send(
                Method::Delete,
                format!("{}&select=*", row_path::<T>(&key)),
                "return=representation",
                None,
            ),
            Op::Update { patch, from } => {
                let Some(base) = base else {
                    return Step::Refuse(own("gone", "The entry was deleted meanwhile."));
                };
                let mut after = T::clone(&base);
                after.apply(patch);
                if after == *base {
                    return Step::Forget;
                }
                let theirs = super::overlay::touched(&*base, patch);
                if theirs != *from {
                    return Step::Refuse(own(
                        "conflict",
                        "Someone else changed the same meanwhile.",
                    ));
                }
                if write.missed == Some(base.rev()) {
                    return Step::Refuse(own("42501", "You may not change this entry."));
                }
                write.sent = Some(base.rev());
                send(
                    Method::Patch,
                    format!("{}&rev=eq.{}&select=*", row_path::<T>(&key), base.rev().0),
                    "return=representation",
                    serde_json::to_string(patch).ok(),
                )
            }
        }
    }

    fn accept(&mut self, id: MutationId, body: &str, step: u64) -> Accepted {
        let row = serde_json::from_str::<Vec<T>>(body)
            .ok()
            .and_then(|rows| rows.into_iter().next());
        let Some((key, write)) = self.find(id) else {
            return Accepted::Confirmed;
        };
        let delete = matches!(write.op, Op::Delete);
        let Some(row) = row else {
            // Hidden, gone, or changed by someone else first: the row itself tells.
            write.missed = write.sent;
            return match serde_json::to_string(&key) {
                Ok(key) => Accepted::Look { key },
                Err(_) => Accepted::Confirmed,
            };
        };
        if delete {
            Self::bury(self, key, row.rev());
        } else {
            self.confirm(row, Source::Rest { step });
        }
        AnyReplica::forget(self, id);
        Accepted::Confirmed
    }

    fn key_of(&self, id: MutationId) -> Option<String> {
        self.keys
            .get(&id)
            .and_then(|key| serde_json::to_string(key).ok())
    }

    fn forget(&mut self, id: MutationId) {
        if let Some(key) = self.keys.get(&id).copied() {
            self.withdraw(key, |write| write.id == id);
        }
    }

    fn settle(&mut self, id: MutationId) -> bool {
        let Some((key, write)) = self.find(id) else {
            return true;
        };
        let settled = match &write.op {
            // Made anew by the next attempt, unless the row shows that it was carried out.
            Op::Update { .. } | Op::Put { .. } => false,
            Op::Insert { .. } | Op::Delete => true,
        };
        if settled {
            self.withdraw(key, |write| write.id == id);
        }
        settled
    }

    fn refuse(&mut self, id: MutationId, rejection: &Rejection) -> Option<Option<String>> {
        let (_, write) = self.find(id)?;
        if matches!(write.op, Op::Insert { .. }) {
            self.fail(id, Some(rejection.clone()));
            return None;
        }
        let lost = Self::lost(&write.op);
        AnyReplica::forget(self, id);
        Some(lost)
    }
}

fn own(code: &str, message: &str) -> Rejection {
    Rejection {
        code: code.to_owned(),
        constraint: None,
        message: message.to_owned(),
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
