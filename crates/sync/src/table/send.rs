//! A write on its way: the request that carries it, and what an answer makes of it.

use super::{
    erased::{Accepted, Settled, Step},
    merge::clashes,
    overlay::{Looked, Op, fields},
    path::row_path,
    replica::{Replica, Source},
};
use crate::{Method, Rejection, Table, WriteId};

impl<T: Table> Replica<T> {
    /// What to do for the write now.
    pub(crate) fn step(&mut self, id: WriteId) -> Step {
        let Some(key) = self.keys.get(&id).copied() else {
            return Step::Forget;
        };
        let base = self.base(&key).cloned();
        let dead = self.is_dead(&key);
        let Some((_, write)) = self.find(id) else {
            return Step::Forget;
        };
        let rev = base.as_ref().map(|base| base.rev());
        let table = T::NAME;
        let (method, path, prefer, body) = match &write.op {
            Op::Insert { draft } => (
                Method::Post,
                format!("/rest/v1/{table}?select=*"),
                "return=representation",
                serde_json::to_string(draft).ok(),
            ),
            Op::Put { draft } => (
                Method::Post,
                format!("/rest/v1/{table}?select=*"),
                "resolution=merge-duplicates,return=representation",
                serde_json::to_string(draft).ok(),
            ),
            Op::Delete if rev.is_some_and(|rev| write.looked == Looked::Missed(rev)) => {
                return Step::Refuse(own("42501", "You may not delete this entry."));
            }
            Op::Delete => (
                Method::Delete,
                format!("{}&select=*", row_path::<T>(&key)),
                "return=representation",
                None,
            ),
            Op::Update { patch, from } => {
                let Some(base) = base else {
                    // It may lie outside of what is held; once asked for in vain, it is no more.
                    if write.looked == Looked::Asked || dead {
                        return Step::Refuse(own("gone", "The entry was deleted meanwhile."));
                    }
                    write.looked = Looked::Asked;
                    return Step::Look;
                };
                let mut after = T::clone(&base);
                after.apply(patch);
                if after == *base {
                    return Step::Forget;
                }
                if !clashes(&fields(&*base), fields(patch), from).is_empty() {
                    return Step::Refuse(own(
                        "conflict",
                        "Someone else changed the same meanwhile.",
                    ));
                }
                if write.looked == Looked::Missed(base.rev()) {
                    return Step::Refuse(own("42501", "You may not change this entry."));
                }
                (
                    Method::Patch,
                    format!("{}&rev=eq.{}&select=*", row_path::<T>(&key), base.rev().0),
                    "return=representation",
                    serde_json::to_string(patch).ok(),
                )
            }
        };
        write.sent = rev;
        if !write.attempted {
            write.attempted = true;
            self.unsaved.insert(id);
        }
        Step::Send {
            method,
            path,
            prefer,
            body,
        }
    }

    /// The server carried the write out; `body` has its rows.
    pub(crate) fn accept(&mut self, id: WriteId, body: &str, step: u64) -> Accepted {
        self.extent.rest = self.extent.rest.max(step);
        let row = serde_json::from_str::<Vec<T>>(body)
            .ok()
            .and_then(|rows| rows.into_iter().next());
        let Some((key, write)) = self.find(id) else {
            return Accepted::Confirmed;
        };
        let delete = matches!(write.op, Op::Delete);
        let Some(row) = row else {
            // Hidden, gone, or changed by someone else first: the row itself tells.
            write.looked = write.sent.map_or(Looked::No, Looked::Missed);
            return match serde_json::to_string(&key) {
                Ok(key) => Accepted::Look { key },
                Err(_) => Accepted::Confirmed,
            };
        };
        if delete {
            self.bury(key, row.rev());
        } else {
            let written = write.op.columns();
            self.rebase(key, id, &written, &fields(&row));
            self.confirm(row, Source::Rest { step });
        }
        self.withdraw(key, |write| write.id == id);
        Accepted::Confirmed
    }

    /// After a look at the row: whether the write is settled by it, and dropped.
    pub(crate) fn look_settles(&mut self, id: WriteId) -> Settled {
        let Some(key) = self.keys.get(&id).copied() else {
            return Settled::Done;
        };
        let there = self.base(&key).is_some();
        let Some((_, write)) = self.find(id) else {
            return Settled::Done;
        };
        let settled = match &write.op {
            _ if write.looked == Looked::Done => true,
            // Judged anew by the next attempt.
            Op::Update { .. } | Op::Put { .. } => false,
            Op::Delete => !there,
            Op::Insert { .. } if there => true,
            // The key exists, yet the row cannot be seen: deleted this moment, or hidden from us.
            Op::Insert { .. } if write.looked == Looked::Asked => {
                return Settled::Refuse(own("42501", "You may not see this entry."));
            }
            Op::Insert { .. } => {
                write.looked = Looked::Asked;
                false
            }
        };
        if settled {
            self.withdraw(key, |write| write.id == id);
            Settled::Done
        } else {
            Settled::Again
        }
    }
}

/// A refusal of our own.
fn own(code: &str, message: &str) -> Rejection {
    Rejection {
        code: code.to_owned(),
        constraint: None,
        message: message.to_owned(),
    }
}
