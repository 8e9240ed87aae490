//! The writes of a replica: added, found, withdrawn, refused, revived, settled.

use super::{
    erased::{Key, columns},
    merge::{self, Columns},
    overlay::{Mutation, Op},
    replica::Replica,
};
use crate::{Conflict, Rejection, Verb, WriteId};

impl Replica {
    /// Adds a write to the row with `key`, after those that it has.
    pub(crate) fn write(&mut self, key: &Key, write: Mutation) {
        self.keys.insert(write.id, key.clone());
        self.unsaved.insert(write.id);
        self.writes.entry(key.clone()).or_default().push(write);
        self.reproject(key);
    }

    /// An edit of `seen`: what it changes, and from what. `None` when it changes nothing.
    pub(crate) fn edit(&self, seen: Columns, patch: Columns) -> Option<Op> {
        let (new, from) = merge::changed(seen, patch.clone());
        if new.is_empty() {
            return None;
        }
        let patch = self.kind.as_patch(&new).unwrap_or(patch);
        Some(Op::Update { patch, from })
    }

    /// Removes the writes of `key` that `unwanted` picks; says which.
    pub(crate) fn withdraw(
        &mut self,
        key: &Key,
        unwanted: impl Fn(&Mutation) -> bool,
    ) -> Vec<WriteId> {
        let Some(writes) = self.writes.get_mut(key) else {
            return Vec::new();
        };
        let ids: Vec<_> = writes
            .iter()
            .filter(|write| unwanted(write))
            .map(|write| write.id)
            .collect();
        writes.retain(|write| !ids.contains(&write.id));
        if writes.is_empty() {
            self.writes.remove(key);
            self.drop_island(key);
        }
        for id in &ids {
            self.keys.remove(id);
            self.unsaved.insert(*id);
        }
        self.reproject(key);
        ids
    }

    /// Makes the refused writes of `key` that `wanted` picks pending again; says which.
    pub(crate) fn revive(&mut self, key: &Key, wanted: impl Fn(&Mutation) -> bool) -> Vec<WriteId> {
        let writes = self
            .writes
            .get_mut(key)
            .map_or(&mut [][..], Vec::as_mut_slice);
        let failed = writes
            .iter_mut()
            .filter(|write| write.failed.is_some() && wanted(write));
        let mut ids = Vec::new();
        for write in failed {
            write.decide_anew();
            ids.push(write.id);
        }
        self.unsaved.extend(&ids);
        self.reproject(key);
        ids
    }

    /// The write of this name.
    pub(in crate::table) fn named(&self, id: WriteId) -> Option<&Mutation> {
        let writes = self.writes.get(self.keys.get(&id)?)?;
        writes.iter().find(|write| write.id == id)
    }

    /// The write with its key.
    pub(in crate::table) fn find(&mut self, id: WriteId) -> Option<(Key, &mut Mutation)> {
        let key = self.keys.get(&id)?.clone();
        let write = self
            .writes
            .get_mut(&key)?
            .iter_mut()
            .find(|write| write.id == id)?;
        Some((key, write))
    }

    /// Marks a write as refused, or drops it when a later write of this person has settled the matter. Says
    /// which writes are no longer to be sent.
    pub(crate) fn fail(&mut self, id: WriteId, rejection: Rejection) -> Vec<WriteId> {
        let Some((key, write)) = self.find(id) else {
            return Vec::new();
        };
        let verb = write.op.verb();
        write.failed = Some(rejection);
        self.unsaved.insert(id);
        let later: Vec<Verb> = self.after(&key, id).map(|write| write.op.verb()).collect();
        let dropped = match verb {
            // The deletion that follows is of nothing.
            Verb::Insert if later.contains(&Verb::Delete) => self.withdraw(&key, |_| true),
            Verb::Insert => self.take_in_edits(&key, id),
            Verb::Put
                if later
                    .iter()
                    .any(|verb| [Verb::Put, Verb::Delete].contains(verb)) =>
            {
                self.withdraw(&key, |write| write.id == id)
            }
            Verb::Put | Verb::Delete => Vec::new(),
            Verb::Update => {
                self.lift(&key, id);
                Vec::new()
            }
        };
        self.reproject(&key);
        dropped
    }

    /// Conflicts of the row that are none any more wait to be sent again.
    pub(in crate::table) fn dissolve(&mut self, key: &Key) {
        let Some(base) = self.base(key).cloned() else {
            return;
        };
        let Some(writes) = self.writes.get_mut(key) else {
            return;
        };
        for write in writes {
            let Op::Update { patch, from } = &write.op else {
                continue;
            };
            let in_conflict = write
                .failed
                .as_ref()
                .is_some_and(|no| no.code == "conflict");
            if in_conflict && merge::clashes(&columns(&base.text()), patch.clone(), from).is_empty()
            {
                write.decide_anew();
                self.unsaved.insert(write.id);
                self.dissolved.push(write.id);
            }
        }
    }

    /// Settles a conflict as the person decided on what they saw of it. Says whether the write goes on
    /// (`Some(true)`), is done with (`Some(false)`), or that the conflict is another one by now.
    pub(crate) fn settle(
        &mut self,
        id: WriteId,
        seen: &Conflict,
        decided: Columns,
    ) -> Option<bool> {
        let key = self.keys.get(&id)?.clone();
        let now = columns(&self.base(&key)?.text());
        let kind = self.kind;
        let (_, write) = self.find(id)?;
        let in_conflict = write
            .failed
            .as_ref()
            .is_some_and(|no| no.code == "conflict");
        let Op::Update { patch, from } = &write.op else {
            return None;
        };
        if !in_conflict {
            return None;
        }
        let settled = merge::settled(&now, patch.clone(), from.clone(), seen, decided);
        let Some((new, from)) = settled else {
            self.unsaved.insert(id);
            return None;
        };
        let goes_on = !new.is_empty();
        if goes_on {
            write.op = Op::Update {
                patch: kind.as_patch(&new)?,
                from,
            };
            write.decide_anew();
            self.unsaved.insert(id);
            self.reproject(&key);
        } else {
            self.withdraw(&key, |write| write.id == id);
        }
        Some(goes_on)
    }
}
