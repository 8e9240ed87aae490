//! Writes of the person: each shows at once and joins the outbox.

use super::Engine;
use crate::{
    Now, Rejection, Table,
    table::{
        erased::{Key, columns, fields},
        merge::Columns,
        overlay::{Mutation, Op},
        stack::Folded,
    },
};

impl Engine {
    /// Inserts a row; it shows at once.
    pub fn insert<T: Table>(&mut self, now: Now, draft: T::Draft) {
        let key = Key::of(&T::draft_key(&draft));
        let draft = fields(&draft);
        self.write(now, self.registered(T::NAME), &key, Op::Insert { draft });
    }

    /// Inserts a row or replaces the one with its key; it shows at once.
    pub fn put<T: Table>(&mut self, now: Now, draft: T::Draft) {
        let key = Key::of(&T::draft_key(&draft));
        let draft = fields(&draft);
        self.put_row(now, self.registered(T::NAME), &key, draft);
    }

    /// Updates a row as it is shown; nothing happens when it would change nothing.
    pub fn update<T: Table>(&mut self, now: Now, key: T::Key, patch: T::Patch) {
        let (table, key) = (self.registered(T::NAME), Key::of(&key));
        if let Some(seen) = self.tables[table].shown(&key) {
            let seen = columns(&seen.row.text());
            self.update_row(now, table, &key, seen, fields(&patch));
        }
    }

    /// Updates a row in a form that was opened when it was `seen`: what the form left as it was is left
    /// alone, and what somebody else changed since to something else is a conflict.
    pub fn update_since<T: Table>(&mut self, now: Now, seen: &T, patch: T::Patch) {
        let key = Key::of(&seen.key());
        let (seen, patch) = (fields(seen), fields(&patch));
        self.update_row(now, self.registered(T::NAME), &key, seen, patch);
    }

    /// Deletes a row; it is gone from view at once.
    pub fn delete<T: Table>(&mut self, now: Now, key: T::Key) {
        self.delete_row(now, self.registered(T::NAME), &Key::of(&key));
    }

    /// Sends the refused writes of a row again.
    pub fn retry<T: Table>(&mut self, now: Now, key: T::Key) {
        let table = self.registered(T::NAME);
        for id in self.tables[table].revive(&Key::of(&key), |_| true) {
            self.outbox.push(id, table);
        }
        self.send_next(now);
    }

    /// Gives the refused writes of a row up.
    pub fn discard<T: Table>(&mut self, _: Now, key: T::Key) {
        let table = self.registered(T::NAME);
        self.withdraw(table, &Key::of(&key), &|write| write.failed.is_some());
    }

    fn put_row(&mut self, now: Now, table: usize, key: &Key, draft: Columns) {
        // Only the last of several answers that have not left yet is worth sending.
        let answer = |op: &Op| matches!(op, Op::Put { .. } | Op::Delete);
        self.withdraw(table, key, &|write| unsent(write) && answer(&write.op));
        self.withdraw(table, key, &|write| {
            write.failed.is_some() && answer(&write.op)
        });
        self.write(now, table, key, Op::Put { draft });
    }

    fn update_row(&mut self, now: Now, table: usize, key: &Key, seen: Columns, patch: Columns) {
        let Some(op) = self.tables[table].edit(seen, patch) else {
            return;
        };
        let folded = self.tables[table].fold(key, &op);
        match folded {
            Folded::No | Folded::Yes => {}
            Folded::Undone(id) => return self.outbox.remove(id),
        }
        // Typing it again settles an earlier refusal.
        let columns = op.columns();
        self.withdraw(table, key, &|write| {
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
        if folded == Folded::No {
            self.write(now, table, key, op);
        }
    }

    fn delete_row(&mut self, now: Now, table: usize, key: &Key) {
        // Whoever deletes what never left leaves no trace of it. What was typed into a row that the server
        // has is dropped only once the deletion is done.
        let replica = &self.tables[table];
        let may_be_there = replica.base(key).is_some() || replica.has_attempted(key);
        let never_left = replica.never_left();
        let flying = self.outbox.sent();
        let unmade = self.withdraw(table, key, &|write| match write.op {
            Op::Insert { .. } => flying != Some(write.id),
            Op::Put { .. } | Op::Delete => unsent(write) || write.failed.is_some(),
            Op::Update { .. } => false,
        });
        if unmade && never_left && !may_be_there {
            self.withdraw(table, key, &|_| true);
            return;
        }
        for edit in self.tables[table].edits_of(key) {
            if flying != Some(edit) {
                self.outbox.remove(edit);
            }
        }
        self.write(now, table, key, Op::Delete);
    }

    fn write(&mut self, now: Now, table: usize, key: &Key, op: Op) {
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
        self.tables[table].write(key, write);
        self.send_next(now);
    }

    /// Takes writes of a row back; says whether there were any.
    fn withdraw(&mut self, table: usize, key: &Key, unwanted: &dyn Fn(&Mutation) -> bool) -> bool {
        let ids = self.tables[table].withdraw(key, unwanted);
        for id in &ids {
            self.outbox.remove(*id);
        }
        !ids.is_empty()
    }
}

/// Whether the server cannot know of the write.
fn unsent(write: &Mutation) -> bool {
    !write.attempted && write.failed.is_none()
}
