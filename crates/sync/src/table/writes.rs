//! The writes of a replica: added, found, withdrawn, failed, revived.

use wire::Timestamp;

use super::{
    overlay::{Mutation, Op, fields, touched},
    replica::Replica,
};
use crate::{Rejection, Table, outbox::MutationId};

impl<T: Table> Replica<T> {
    /// The row that a draft would make now.
    pub(crate) fn insert(draft: T::Draft, at: Timestamp) -> (T::Key, Op<T>) {
        (T::draft_key(&draft), Op::Insert { draft, at })
    }

    /// Adds a write to the row with `key`.
    pub(crate) fn write(&mut self, key: T::Key, id: MutationId, op: Op<T>) {
        let write = Mutation {
            id,
            op,
            failed: None,
            sent: None,
            missed: None,
        };
        self.writes.entry(key).or_default().push(write);
        self.keys.insert(id, key);
        self.reproject(key);
    }

    /// An update of the row as it is shown; `None` when it is not shown or nothing would change.
    pub(crate) fn update(&self, key: T::Key, patch: T::Patch) -> Option<Op<T>> {
        let seen = &self.shown(&key)?.row;
        let mut after = T::clone(seen);
        after.apply(&patch);
        if after == **seen {
            return None;
        }
        let from = touched(&**seen, &patch);
        Some(Op::Update { patch, from })
    }

    /// Removes the writes of `key` that `unwanted` picks; says which.
    pub(crate) fn withdraw(
        &mut self,
        key: T::Key,
        unwanted: impl Fn(&Mutation<T>) -> bool,
    ) -> Vec<MutationId> {
        let Some(writes) = self.writes.get_mut(&key) else {
            return Vec::new();
        };
        let ids: Vec<_> = writes
            .iter()
            .filter(|write| unwanted(write))
            .map(|write| write.id)
            .collect();
        writes.retain(|write| !ids.contains(&write.id));
        if writes.is_empty() {
            self.writes.remove(&key);
        }
        for id in &ids {
            self.keys.remove(id);
        }
        self.reproject(key);
        ids
    }

    /// Makes the refused writes of `key` pending again; says which.
    pub(crate) fn revive(&mut self, key: T::Key) -> Vec<MutationId> {
        let writes = self
            .writes
            .get_mut(&key)
            .map_or(&mut [][..], Vec::as_mut_slice);
        let revive = |write: &mut Mutation<T>| write.failed.take().map(|_| write.id);
        let ids = writes.iter_mut().filter_map(revive).collect();
        self.reproject(key);
        ids
    }

    pub(in crate::table) fn find(&mut self, id: MutationId) -> Option<(T::Key, &mut Mutation<T>)> {
        let key = *self.keys.get(&id)?;
        let write = self
            .writes
            .get_mut(&key)?
            .iter_mut()
            .find(|write| write.id == id)?;
        Some((key, write))
    }

    /// What the person would lose with this write, as JSON.
    pub(in crate::table) fn lost(op: &Op<T>) -> Option<String> {
        match op {
            Op::Update { patch, .. } => serde_json::to_string(&fields(patch)).ok(),
            Op::Insert { .. } | Op::Put { .. } | Op::Delete => None,
        }
    }

    pub(in crate::table) fn fail(&mut self, id: MutationId, rejection: Option<Rejection>) {
        let Some((key, write)) = self.find(id) else {
            return;
        };
        write.failed = rejection;
        self.reproject(key);
    }
}
