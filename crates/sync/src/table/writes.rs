//! The writes of a replica: added, found, withdrawn, refused, revived, settled.

use serde_json::{Map, Value};

use super::{
    merge,
    overlay::{Looked, Mutation, Op, fields},
    replica::Replica,
};
use crate::{Conflict, Rejection, Table, WriteId};

impl<T: Table> Replica<T> {
    /// Adds a write to the row with `key`, after those that it has.
    pub(crate) fn write(&mut self, key: T::Key, write: Mutation<T>) {
        self.keys.insert(write.id, key);
        self.unsaved.insert(write.id);
        self.writes.entry(key).or_default().push(write);
        self.reproject(key);
    }

    /// An edit of `seen`: what it changes, and from what. `None` when it changes nothing.
    pub(crate) fn edit(seen: &T, patch: &T::Patch) -> Option<Op<T>> {
        let (new, from) = merge::changed(fields(seen), fields(patch));
        if new.is_empty() {
            return None;
        }
        let patch = serde_json::from_value(new.into()).unwrap_or_else(|_| patch.clone());
        Some(Op::Update { patch, from })
    }

    /// Puts an edit into the insert of the same row that has not left yet; says whether there is one.
    pub(crate) fn fold(&mut self, key: T::Key, patch: &T::Patch) -> bool {
        let writes = self
            .writes
            .get_mut(&key)
            .map_or(&mut [][..], Vec::as_mut_slice);
        let unsent = writes
            .iter_mut()
            .find(|write| !write.attempted || write.failed.is_some());
        let Some((write, mut columns)) = unsent.and_then(|write| match &write.op {
            Op::Insert { draft } => Some(fields(draft)).map(|columns| (write, columns)),
            Op::Put { .. } | Op::Update { .. } | Op::Delete => None,
        }) else {
            return false;
        };
        columns.extend(fields(patch));
        let Ok(draft) = serde_json::from_value(columns.into()) else {
            return false;
        };
        write.op = Op::Insert { draft };
        self.unsaved.insert(write.id);
        self.reproject(key);
        true
    }

    /// Removes the writes of `key` that `unwanted` picks; says which.
    pub(crate) fn withdraw(
        &mut self,
        key: T::Key,
        unwanted: impl Fn(&Mutation<T>) -> bool,
    ) -> Vec<WriteId> {
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
            self.unsaved.insert(*id);
        }
        self.reproject(key);
        ids
    }

    /// Makes the refused writes of `key` that `wanted` picks pending again; says which.
    pub(crate) fn revive(
        &mut self,
        key: T::Key,
        wanted: impl Fn(&Mutation<T>) -> bool,
    ) -> Vec<WriteId> {
        let writes = self
            .writes
            .get_mut(&key)
            .map_or(&mut [][..], Vec::as_mut_slice);
        let failed = writes
            .iter_mut()
            .filter(|write| write.failed.is_some() && wanted(write));
        let mut ids = Vec::new();
        for write in failed {
            write.failed = None;
            write.decided += 1;
            write.looked = Looked::No;
            ids.push(write.id);
        }
        self.unsaved.extend(&ids);
        self.reproject(key);
        ids
    }

    /// The write with its key.
    pub(in crate::table) fn find(&mut self, id: WriteId) -> Option<(T::Key, &mut Mutation<T>)> {
        let key = *self.keys.get(&id)?;
        let write = self
            .writes
            .get_mut(&key)?
            .iter_mut()
            .find(|write| write.id == id)?;
        Some((key, write))
    }

    /// Marks a write as refused. What was edited on top of it is then based on what was below it.
    pub(in crate::table) fn fail(&mut self, id: WriteId, rejection: Rejection) {
        let Some((key, write)) = self.find(id) else {
            return;
        };
        write.failed = Some(rejection);
        let below = match &write.op {
            Op::Update { patch, from } => Some((fields(patch), from.clone())),
            Op::Insert { .. } | Op::Put { .. } | Op::Delete => None,
        };
        self.unsaved.insert(id);
        if let Some((written, from)) = below {
            self.rebase(key, id, &written, &from);
        }
        self.reproject(key);
    }

    /// Later edits of the row that were made on what write `id` wrote are made on `now` instead.
    pub(in crate::table) fn rebase(
        &mut self,
        key: T::Key,
        id: WriteId,
        written: &Map<String, Value>,
        now: &Map<String, Value>,
    ) {
        let Some(writes) = self.writes.get_mut(&key) else {
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

    /// Settles a conflict as the person decided on what they saw of it. Says whether the write goes on
    /// (`Some(true)`), is done with (`Some(false)`), or that the conflict is another one by now.
    pub(crate) fn settle(
        &mut self,
        id: WriteId,
        seen: &Conflict,
        columns: Map<String, Value>,
    ) -> Option<bool> {
        let key = *self.keys.get(&id)?;
        let base = self.base(&key)?.clone();
        let now = fields(&*base);
        let (_, write) = self.find(id)?;
        let Op::Update { patch, from } = &write.op else {
            return None;
        };
        let settled = merge::settled(&now, fields(patch), from.clone(), seen, columns);
        let Some((new, from)) = settled else {
            self.unsaved.insert(id);
            return None;
        };
        let goes_on = !new.is_empty();
        if goes_on {
            write.op = Op::Update {
                patch: serde_json::from_value(new.into()).ok()?,
                from,
            };
            write.failed = None;
            write.decided += 1;
            write.looked = Looked::No;
            self.unsaved.insert(id);
            self.reproject(key);
        } else {
            self.withdraw(key, |write| write.id == id);
        }
        Some(goes_on)
    }
}
