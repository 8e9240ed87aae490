//! Writes of the person: each shows at once and joins the outbox.

use super::Engine;
use crate::{
    Now, Rejection, Table, WriteId,
    table::{
        outgoing::never_left,
        overlay::{Mutation, Op},
        replica::Replica,
        stack::Folded,
    },
};

impl Engine {
    /// Inserts a row; it shows at once.
    pub fn insert<T: Table>(&mut self, now: Now, draft: T::Draft) {
        let key = T::draft_key(&draft);
        self.write::<T>(now, key, Op::Insert { draft });
    }

    /// Inserts a row or replaces the one with its key; it shows at once.
    pub fn put<T: Table>(&mut self, now: Now, draft: T::Draft) {
        let key = T::draft_key(&draft);
        // Only the last of several answers that have not left yet is worth sending.
        let answer = |op: &Op<T>| matches!(op, Op::Put { .. } | Op::Delete);
        self.withdraw::<T>(key, |write| unsent(write) && answer(&write.op));
        self.withdraw::<T>(key, |write| write.failed.is_some() && answer(&write.op));
        self.write::<T>(now, key, Op::Put { draft });
    }

    /// Updates a row as it is shown; nothing happens when it would change nothing.
    pub fn update<T: Table>(&mut self, now: Now, key: T::Key, patch: T::Patch) {
        if let Some(seen) = self.replica::<T>().shown(&key) {
            let seen = seen.row.clone();
            self.update_since::<T>(now, &seen, patch);
        }
    }

    /// Updates a row in a form that was opened when it was `seen`: what the form left as it was is left
    /// alone, and what somebody else changed since to something else is a conflict.
    pub fn update_since<T: Table>(&mut self, now: Now, seen: &T, patch: T::Patch) {
        let key = seen.key();
        let Some(op) = Replica::edit(seen, &patch) else {
            return;
        };
        match self.replica_mut::<T>().fold(key, &op) {
            Folded::No => {}
            Folded::Yes => return,
            Folded::Undone(id) => return self.outbox.remove(id),
        }
        // Typing it again settles an earlier refusal.
        let columns = op.columns();
        self.withdraw::<T>(key, |write| {
            let refused = write
                .failed
                .as_ref()
                .is_some_and(|no| no.code != "conflict");
            let covered = matches!(write.op, Op::Update { .. })
                && write
                    .op
                    .columns()
                    .keys()
                    .all(|column| columns.contains_key(column));
            refused && covered
        });
        self.write::<T>(now, key, op);
    }

    /// Deletes a row; it is gone from view at once.
    pub fn delete<T: Table>(&mut self, now: Now, key: T::Key) {
        // Whoever deletes what never left leaves no trace of it. What was typed into a row that the server
        // has is dropped only once the deletion is done.
        let may_be_there =
            self.replica::<T>().base(&key).is_some() || self.replica::<T>().has_attempted(key);
        let flying = self.outbox.sent();
        let unmade = self.withdraw::<T>(key, |write| match write.op {
            Op::Insert { .. } => flying != Some(write.id),
            Op::Put { .. } | Op::Delete => unsent(write) || write.failed.is_some(),
            Op::Update { .. } => false,
        });
        if unmade && never_left::<T>() && !may_be_there {
            self.withdraw::<T>(key, |_| true);
            return;
        }
        for edit in self.replica::<T>().edits_of(key) {
            if flying != Some(edit) {
                self.outbox.remove(edit);
            }
        }
        self.write::<T>(now, key, Op::Delete);
    }

    /// Sends the refused writes of a row again.
    pub fn retry<T: Table>(&mut self, now: Now, key: T::Key) {
        let table = self.index_of::<T>();
        for id in self.replica_mut::<T>().revive(key, |_| true) {
            self.outbox.push(id, table);
        }
        self.send_next(now);
    }

    /// Gives the refused writes of a row up.
    pub fn discard<T: Table>(&mut self, _: Now, key: T::Key) {
        self.withdraw::<T>(key, |write| write.failed.is_some());
    }

    fn index_of<T: Table>(&self) -> usize {
        self.table_named(T::NAME)
            .expect("every table is registered before the engine starts")
    }

    fn write<T: Table>(&mut self, now: Now, key: T::Key, op: Op<T>) {
        let table = self.index_of::<T>();
        let (id, place) = self.outbox.name();
        let failed = self.outbox.is_full().then(|| Rejection {
            code: "full".to_owned(),
            constraint: None,
            message: "Too much waits to be sent. Retry when there is a connection.".to_owned(),
        });
        if failed.is_none() {
            self.outbox.push(id, table);
        }
        let write = Mutation {
            failed,
            ..Mutation::new(id, place, now.wall, op)
        };
        self.replica_mut::<T>().write(key, write);
        self.send_next(now);
    }

    /// Takes writes of a row back; says whether there were any.
    fn withdraw<T: Table>(&mut self, key: T::Key, unwanted: impl Fn(&Mutation<T>) -> bool) -> bool {
        let ids: Vec<WriteId> = self.replica_mut::<T>().withdraw(key, unwanted);
        for id in &ids {
            self.outbox.remove(*id);
        }
        !ids.is_empty()
    }
}

/// Whether the server cannot know of the write.
fn unsent<T: Table>(write: &Mutation<T>) -> bool {
    !write.attempted && write.failed.is_none()
}
