//! A write on its way: the request that carries it, and what an answer makes of it.

use super::{
    erased::{Key, columns, rows_in},
    merge::{Columns, changed, clashes},
    outgoing::{Accepted, Step},
    overlay::{Looked, Op, Why},
    path::row_path,
    replica::{Replica, Source},
};
use crate::{Method, Rejection, WriteId};

impl Replica {
    /// What to do for the write now.
    pub(crate) fn step(&mut self, id: WriteId) -> Step {
        let Some(key) = self.keys.get(&id).cloned() else {
            return Step::Forget;
        };
        let base = self.base(&key).cloned();
        let dead = self.is_dead(&key);
        let table = self.name();
        let Some((_, write)) = self.find(id) else {
            return Step::Forget;
        };
        if matches!(write.looked, Looked::Owed(_)) {
            return Step::Look;
        }
        if write.looked == Looked::Seen(Why::Done) && matches!(write.op, Op::Update { .. }) {
            return Step::Forget;
        }
        let rev = base.as_ref().map(|base| base.rev());
        let (method, path, prefer, body) = match &write.op {
            Op::Insert { draft } => (
                Method::Post,
                format!("/rest/v1/{table}?select=*"),
                "return=representation",
                body(draft),
            ),
            Op::Put { draft } => (
                Method::Post,
                format!("/rest/v1/{table}?select=*"),
                "resolution=merge-duplicates,return=representation",
                body(draft),
            ),
            Op::Delete if rev.is_some_and(|rev| write.looked == Looked::Seen(Why::Missed(rev))) => {
                return Step::Refuse(own("42501", "You may not delete this entry."));
            }
            Op::Delete => (
                Method::Delete,
                format!("{}&select=*", row_path(table, &key)),
                "return=representation",
                None,
            ),
            Op::Update { patch, from } => {
                let Some(base) = base else {
                    // It may lie outside of what is held; once asked for in vain, it is no more.
                    if matches!(write.looked, Looked::Seen(_)) || dead {
                        return Step::Refuse(own("gone", "The entry was deleted meanwhile."));
                    }
                    write.looked = Looked::Owed(Why::NotHeld);
                    return Step::Look;
                };
                if base.apply(patch).is_some_and(|after| after.equals(&*base)) {
                    return Step::Forget;
                }
                if !clashes(&columns(&base.text()), patch.clone(), from).is_empty() {
                    return Step::Refuse(own(
                        "conflict",
                        "Someone else changed the same meanwhile.",
                    ));
                }
                if write.looked == Looked::Seen(Why::Missed(base.rev())) {
                    return Step::Refuse(own("42501", "You may not change this entry."));
                }
                (
                    Method::Patch,
                    format!("{}&rev=eq.{}&select=*", row_path(table, &key), base.rev().0),
                    "return=representation",
                    body(patch),
                )
            }
        };
        write.sent = rev;
        if !write.attempted {
            write.attempted = true;
            self.noted.insert(id);
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
        let Some(rows) = rows_in(self.kind, body) else {
            return Accepted::Unreadable;
        };
        let Some((key, write)) = self.find(id) else {
            return Accepted::Confirmed;
        };
        let delete = matches!(write.op, Op::Delete);
        let Some(row) = rows.into_iter().next() else {
            // Hidden, gone, or changed by someone else first: the row itself tells.
            if write.looked != Looked::Seen(Why::Done) {
                write.looked = Looked::Owed(write.sent.map_or(Why::NotHeld, Why::Missed));
            }
            return Accepted::Again;
        };
        if delete {
            self.bury(&key, row.rev());
            self.drop_under(&key, id);
        } else {
            let written = write.op.columns();
            self.rebase(&key, id, &written, &columns(&row.text()));
            self.confirm(row, Source::Rest { step });
        }
        self.withdraw(&key, |write| write.id == id);
        Accepted::Confirmed
    }

    /// A new version of the row that has all that an edit on its way wrote shows that it arrived, even if
    /// its answer never comes and somebody else writes next.
    pub(super) fn notice_effect(&mut self, key: &Key) {
        let Some(row) = self.base(key).cloned() else {
            return;
        };
        for write in self.writes.get_mut(key).into_iter().flatten() {
            let Op::Update { patch, .. } = &write.op else {
                continue;
            };
            let newer = Some(row.rev()) > write.sent;
            let waits = write.attempted && write.failed.is_none();
            let has_it = || row.apply(patch).is_some_and(|after| after.equals(&*row));
            if waits && newer && has_it() {
                write.looked = Looked::Seen(Why::Done);
            }
        }
    }

    /// The row of the write has to be looked at.
    pub(crate) fn owe(&mut self, id: WriteId, why: Why) {
        let Some((_, write)) = self.find(id) else {
            return;
        };
        // The key exists, we looked, saw nothing, and it exists again: the row is hidden from us.
        if why == Why::There && write.looked == Looked::Seen(Why::There) {
            self.fail(id, own("42501", "You may not see this entry."));
        } else {
            write.looked = Looked::Owed(why);
        }
    }

    /// After a look at the row: whether the write is settled by it, and dropped.
    pub(crate) fn look_settles(&mut self, id: WriteId) -> bool {
        let Some(key) = self.keys.get(&id).cloned() else {
            return true;
        };
        let base = self.base(&key).cloned();
        let kind = self.kind;
        let Some((_, write)) = self.find(id) else {
            return true;
        };
        let Looked::Owed(why) = write.looked else {
            return false;
        };
        write.looked = Looked::Seen(why);
        let gone = base.is_none() && matches!(write.op, Op::Delete);
        let settled = match (&write.op, why) {
            (_, Why::Done) => true,
            // Judged anew by the next attempt.
            (Op::Update { .. } | Op::Put { .. }, _) => false,
            (Op::Delete, _) => base.is_none(),
            (Op::Insert { draft }, _) => match base {
                None => false,
                // The person has changed it since it was carried out: that is an edit of the row.
                Some(base) if write.decided > 0 => {
                    let (new, from) = changed(columns(&base.text()), draft.clone());
                    match kind.as_patch(&new) {
                        Some(patch) if !patch.is_empty() => {
                            write.op = Op::Update { patch, from };
                            self.unsaved.insert(id);
                            self.reproject(&key);
                            false
                        }
                        Some(_) | None => true,
                    }
                }
                Some(_) => true,
            },
        };
        if settled {
            if gone {
                self.drop_under(&key, id);
            }
            self.withdraw(&key, |write| write.id == id);
        }
        settled
    }
}

/// What is sent of them.
fn body(columns: &Columns) -> Option<String> {
    serde_json::to_string(columns).ok()
}

/// A refusal of our own.
fn own(code: &str, message: &str) -> Rejection {
    Rejection {
        code: code.to_owned(),
        constraint: None,
        message: message.to_owned(),
    }
}
