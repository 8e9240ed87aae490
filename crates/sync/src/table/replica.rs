//! Our copy of one table: confirmed rows guarded by version, writes over them, and notes of what changed.

use std::collections::{BTreeSet, HashMap};

use super::{
    dead::Dead,
    erased::{Key, KeyMap, Kind, Of, Row},
    groups::{Changed, Groups},
    overlay::{Mutation, Shown, project},
    scope::Extent,
};
use crate::{Keys, Rev, Table, WriteId};

/// A confirmed row.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) row: Row,
    /// Whether the change stream has carried this version: then a deletion that follows is newer.
    pub(super) streamed: bool,
    /// The engine's step at which REST gave it: a snapshot asked for earlier cannot know it.
    pub(super) step: u64,
}

/// Where a row came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Stream,
    Rest {
        step: u64,
    },
    /// This device, which has kept it: it may be older than what was seen before.
    Kept,
}

pub(crate) struct Replica {
    pub(super) kind: &'static dyn Kind,
    pub(super) base: KeyMap<Base>,
    dead: Dead,
    pub(super) extent: Extent,
    pub(super) writes: KeyMap<Vec<Mutation>>,
    pub(super) keys: HashMap<WriteId, Key>,
    /// Writes added, changed or dropped since they were last saved.
    pub(super) unsaved: BTreeSet<WriteId>,
    /// Writes of which only how far they are has changed.
    pub(super) noted: BTreeSet<WriteId>,
    /// Keys whose rows were deleted, no one knows in which version, while a write of ours was under way: its
    /// answer may tell of a row that is no more.
    pub(super) doubted: BTreeSet<Key>,
    /// Conflicts that have gone away by themselves.
    pub(super) dissolved: Vec<WriteId>,
    shown: KeyMap<Shown>,
    groups: Groups,
    /// Of the rows that were shown otherwise since changes were last taken: how they were then.
    told: KeyMap<Option<Shown>>,
}

impl Replica {
    /// An empty copy of the table of rows `T`.
    pub(crate) fn of<T: Table>() -> Self {
        Self::new(Of::<T>::KIND)
    }

    fn new(kind: &'static dyn Kind) -> Self {
        Self {
            kind,
            base: KeyMap::default(),
            dead: Dead::new(),
            extent: Extent::new(),
            writes: KeyMap::default(),
            keys: HashMap::new(),
            unsaved: BTreeSet::new(),
            noted: BTreeSet::new(),
            doubted: BTreeSet::new(),
            dissolved: Vec::new(),
            shown: KeyMap::default(),
            groups: Groups::default(),
            told: KeyMap::default(),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.kind.name()
    }

    pub(crate) fn shown(&self, key: &Key) -> Option<&Shown> {
        self.shown.get(key)
    }

    pub(crate) fn all_shown(&self) -> impl Iterator<Item = &Shown> {
        self.shown.values()
    }

    pub(crate) fn base(&self, key: &Key) -> Option<&Row> {
        self.base.get(key).map(|base| &base.row)
    }

    /// Whether the row is known to be deleted.
    pub(crate) fn is_dead(&self, key: &Key) -> bool {
        !self.base.contains_key(key) && self.dead.has(key)
    }

    /// Confirms a row unless a newer version, or its death, is known. Gives its key.
    pub(crate) fn confirm(&mut self, row: Row, source: Source) -> Key {
        let key = row.key();
        if self.take_in(&key, row, source) {
            if source != Source::Kept {
                self.notice_effect(&key);
            }
            self.reproject(&key);
        }
        key
    }

    /// Says whether the row is another one now.
    fn take_in(&mut self, key: &Key, row: Row, source: Source) -> bool {
        let rev = row.rev();
        if self.dead.covers(key, rev) {
            return false;
        }
        let known = self.base.contains_key(key) || self.writes.contains_key(key);
        if !known && self.is_below(&row) {
            return false;
        }
        let (streamed, step) = match source {
            Source::Stream => (true, 0),
            Source::Rest { step } => (false, step),
            Source::Kept => (false, 0),
        };
        self.extent.rest = self.extent.rest.max(step);
        let new = |row| Base {
            row,
            streamed,
            step,
        };
        match self.base.get_mut(key) {
            Some(base) if base.row.rev() > rev => return false,
            Some(base) if base.row.rev() == rev => {
                base.streamed |= streamed;
                base.step = base.step.max(step);
                // The same version has the same content, unless what we hold was read by an older app.
                if !matches!(source, Source::Rest { .. }) || base.row.equals(&*row) {
                    return false;
                }
                base.row = row;
            }
            Some(base) => *base = new(row),
            None => {
                self.base.insert(key.clone(), new(row));
            }
        }
        true
    }

    /// Buries a row up to and including version `rev`.
    pub(crate) fn bury(&mut self, key: &Key, rev: Rev) {
        let rev = match self.kind.keys() {
            Keys::Fresh => Rev(i64::MAX),
            Keys::Reused => rev,
        };
        self.dead.add(key, rev);
        if self.base.get(key).is_some_and(|base| base.row.rev() <= rev) {
            self.base.remove(key);
            self.reproject(key);
        }
    }

    /// Computes the row anew; notes it only when people would see a difference.
    pub(super) fn reproject(&mut self, key: &Key) {
        self.dissolve(key);
        let writes = self.writes.get(key).map_or(&[][..], Vec::as_slice);
        // What the row is now decides what a refused write says of it.
        let refused = writes.iter().filter(|write| write.failed.is_some());
        self.unsaved.extend(refused.map(|write| write.id));
        let base = self.base.get(key).map(|base| &base.row);
        let shown = project(self.kind, base, writes);
        if self.shown.get(key) == shown.as_ref() {
            return;
        }
        self.groups
            .place(key, shown.as_ref().map(|shown| &shown.row));
        let before = match shown {
            Some(shown) => self.shown.insert(key.clone(), shown),
            None => self.shown.remove(key),
        };
        self.told.entry(key.clone()).or_insert(before);
    }

    /// What has changed since the last call.
    pub(crate) fn take_changes(&mut self) -> Changed {
        let told = std::mem::take(&mut self.told).into_iter();
        let changed = told.filter(|(key, before)| before.as_ref() != self.shown.get(key));
        let mut keys: Vec<_> = changed.map(|(key, _)| key).collect();
        keys.sort_unstable();
        let rows = keys.into_iter().map(|key| {
            let shown = self.shown.get(&key).cloned();
            (key, shown)
        });
        let rows = rows.collect();
        let (history, elsewhere) = self.take_history();
        Changed {
            rows,
            lists: self.groups.take_lists(),
            history,
            elsewhere,
        }
    }
}
