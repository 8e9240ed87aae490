//! Several writes of one row: what belongs together, and what stands on what.

use super::{
    erased::Key,
    merge::{self, Columns},
    overlay::{Mutation, Op},
    replica::Replica,
};
use crate::WriteId;

/// What became of an edit that may belong to another write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Folded {
    /// It stands for itself.
    No,
    /// It is part of that one now.
    Yes,
    /// It takes that one back: nothing is left to send of either.
    Undone(WriteId),
}

impl Replica {
    /// Puts an edit into the write of the same row that it belongs to and that has not left yet: the insert,
    /// or the edit before it.
    pub(crate) fn fold(&mut self, key: &Key, edit: &Op) -> Folded {
        let Op::Update { patch, from } = edit else {
            return Folded::No;
        };
        let writes = self
            .writes
            .get_mut(key)
            .map_or(&mut [][..], Vec::as_mut_slice);
        let insert = writes.iter().position(|write| {
            let unsent = !write.attempted || write.failed.is_some();
            unsent && matches!(write.op, Op::Insert { .. })
        });
        let last = writes.len().checked_sub(1).filter(|last| {
            let write = &writes[*last];
            let unsent =
                !write.attempted && write.failed.is_none() && matches!(write.op, Op::Update { .. });
            // An edit of other columns is not to be refused with this one.
            let same = write
                .op
                .columns()
                .keys()
                .any(|column| from.contains_key(column));
            unsent && same
        });
        let Some(write) = insert.or(last).map(|index| &mut writes[index]) else {
            return Folded::No;
        };
        let id = write.id;
        let into_insert = matches!(write.op, Op::Insert { .. });
        let mut columns = write.op.columns();
        columns.extend(patch.clone());
        write.op = match &write.op {
            Op::Insert { .. } => match self.kind.as_draft(&columns) {
                // A column that can only be updated waits for the row.
                Some(draft) if !has_all(&draft, patch) => return Folded::No,
                Some(draft) => Op::Insert { draft },
                None => return Folded::No,
            },
            Op::Update { from: first, .. } => {
                let mut from = from.clone();
                from.extend(first.clone());
                columns.retain(|column, value| from.get(column) != Some(value));
                from.retain(|column, _| columns.contains_key(column));
                if columns.is_empty() {
                    self.withdraw(key, |write| write.id == id);
                    return Folded::Undone(id);
                }
                match self.kind.as_patch(&columns) {
                    Some(patch) => Op::Update { patch, from },
                    None => return Folded::No,
                }
            }
            Op::Put { .. } | Op::Delete => return Folded::No,
        };
        self.unsaved.insert(id);
        if into_insert {
            self.supersede(key, id, patch);
        }
        self.reproject(key);
        Folded::Yes
    }

    /// What has become part of an insert counts for more than what older edits of the row would write there.
    fn supersede(&mut self, key: &Key, insert: WriteId, columns: &Columns) {
        let writes = self.writes.get_mut(key).into_iter().flatten();
        let later = writes.skip_while(|write| write.id != insert).skip(1);
        for write in later.filter(|write| !write.attempted || write.failed.is_some()) {
            let Op::Update { patch, from } = &mut write.op else {
                continue;
            };
            // One that would write nothing else is settled as a whole.
            if patch.keys().any(|column| !columns.contains_key(column)) {
                patch.retain(|column, _| !columns.contains_key(column));
                from.retain(|column, _| !columns.contains_key(column));
                self.unsaved.insert(write.id);
            }
        }
    }

    /// Later writes of the row that still wait.
    pub(in crate::table) fn after(
        &self,
        key: &Key,
        id: WriteId,
    ) -> impl Iterator<Item = &Mutation> {
        let writes = self.writes.get(key).map_or(&[][..], Vec::as_slice);
        let later = writes.iter().skip_while(move |write| write.id != id);
        later.skip(1).filter(|write| write.failed.is_none())
    }

    /// Edits that were made on a refused insert become part of it: there is no row to edit.
    pub(in crate::table) fn take_in_edits(&mut self, key: &Key, id: WriteId) -> Vec<WriteId> {
        let edits: Vec<_> = self
            .after(key, id)
            .filter(|write| matches!(write.op, Op::Update { .. }))
            .map(|write| (write.id, write.op.columns()))
            .collect();
        let kind = self.kind;
        let Some((_, write)) = self.find(id) else {
            return Vec::new();
        };
        let mut columns = write.op.columns();
        let mut taken = Vec::new();
        let mut draft = None;
        for (id, edit) in edits {
            let mut both = columns.clone();
            both.extend(edit.clone());
            let Some(with_it) = kind.as_draft(&both) else {
                continue;
            };
            // A column that can only be updated waits for the row.
            if has_all(&with_it, &edit) {
                (columns, draft) = (both, Some(with_it));
                taken.push(id);
            }
        }
        let Some(draft) = draft else {
            return Vec::new();
        };
        write.op = Op::Insert { draft };
        self.withdraw(key, |write| taken.contains(&write.id))
    }

    /// What was edited on top of an edit that falls away is based on what was below it.
    pub(in crate::table) fn lift(&mut self, key: &Key, id: WriteId) {
        let Some((_, write)) = self.find(id) else {
            return;
        };
        if let Op::Update { patch, from } = &write.op {
            let (written, from) = (patch.clone(), from.clone());
            self.rebase(key, id, &written, &from);
        }
    }

    /// Drops what stood under a deletion that is done.
    pub(in crate::table) fn drop_under(&mut self, key: &Key, id: WriteId) {
        let writes = self.writes.get(key).map_or(&[][..], Vec::as_slice);
        let under = writes.iter().take_while(|write| write.id != id);
        let under: Vec<_> = under.map(|write| write.id).collect();
        self.withdraw(key, |write| under.contains(&write.id));
    }

    /// Whether a write of the row may have reached the server, unanswered.
    pub(crate) fn has_attempted(&self, key: &Key) -> bool {
        let mut writes = self.writes.get(key).into_iter().flatten();
        writes.any(|write| write.attempted && write.failed.is_none())
    }

    /// Edits of the row that wait for the fate of its deletion, or did.
    pub(crate) fn edits_of(&self, key: &Key) -> Vec<WriteId> {
        let writes = self.writes.get(key).map_or(&[][..], Vec::as_slice);
        let edits = writes
            .iter()
            .filter(|write| write.failed.is_none() && matches!(write.op, Op::Update { .. }));
        edits.map(|write| write.id).collect()
    }

    /// Later edits of the row that were made on what write `id` wrote are made on `now` instead.
    pub(in crate::table) fn rebase(
        &mut self,
        key: &Key,
        id: WriteId,
        written: &Columns,
        now: &Columns,
    ) {
        let Some(writes) = self.writes.get_mut(key) else {
            return;
        };
        let later = writes.iter_mut().skip_while(|write| write.id != id).skip(1);
        for write in later {
            let Op::Update { from, .. } = &mut write.op else {
                continue;
            };
            if merge::rebase(from, written, now) {
                self.unsaved.insert(write.id);
            }
        }
    }
}

/// Whether all columns of the edit are columns of an insert.
fn has_all(draft: &Columns, patch: &Columns) -> bool {
    patch.keys().all(|column| draft.contains_key(column))
}
