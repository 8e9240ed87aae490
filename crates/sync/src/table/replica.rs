//! Our copy of one table: confirmed rows guarded by version, writes over them, and notes of what changed.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use serde_json::value::RawValue;
use wire::change::Kind;

use super::{
    dead::Dead,
    groups::{Changes, Groups},
    overlay::{Mutation, Op, project},
    scope::Extent,
};
use crate::{Entry, Keys, Rev, Table, WriteId};

/// A confirmed row.
#[derive(Debug)]
pub(super) struct Base<T> {
    pub(super) row: Arc<T>,
    /// Whether the change stream has carried this version: then a deletion that follows is newer.
    streamed: bool,
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

/// What else has to be done about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reaction<K> {
    Done,
    /// The record says too little: ask REST for the row.
    Fetch(K),
}

#[derive(Debug)]
pub(crate) struct Replica<T: Table> {
    pub(super) base: HashMap<T::Key, Base<T>>,
    dead: Dead<T::Key>,
    pub(super) extent: Extent<T>,
    pub(super) writes: HashMap<T::Key, Vec<Mutation<T>>>,
    pub(super) keys: HashMap<WriteId, T::Key>,
    /// Writes added, changed or dropped since they were last saved.
    pub(super) unsaved: BTreeSet<WriteId>,
    /// Writes of which only how far they are has changed.
    pub(super) noted: BTreeSet<WriteId>,
    /// Keys whose rows were deleted, no one knows in which version, while a write of ours was under way: its
    /// answer may tell of a row that is no more.
    pub(super) doubted: BTreeSet<T::Key>,
    /// Conflicts that have gone away by themselves.
    pub(super) dissolved: Vec<WriteId>,
    shown: HashMap<T::Key, Entry<T>>,
    groups: Groups<T>,
    dirty: BTreeSet<T::Key>,
}

impl<T: Table> Replica<T> {
    pub(crate) fn new() -> Self {
        Self {
            base: HashMap::new(),
            dead: Dead::new(),
            extent: Extent::new(),
            writes: HashMap::new(),
            keys: HashMap::new(),
            unsaved: BTreeSet::new(),
            noted: BTreeSet::new(),
            doubted: BTreeSet::new(),
            dissolved: Vec::new(),
            shown: HashMap::new(),
            groups: Groups::new(),
            dirty: BTreeSet::new(),
        }
    }

    pub(crate) fn shown(&self, key: &T::Key) -> Option<&Entry<T>> {
        self.shown.get(key)
    }

    pub(crate) fn shown_keys(&self) -> impl Iterator<Item = &T::Key> {
        self.shown.keys()
    }

    pub(crate) fn base(&self, key: &T::Key) -> Option<&Arc<T>> {
        self.base.get(key).map(|base| &base.row)
    }

    /// Whether the row is known to be deleted.
    pub(crate) fn is_dead(&self, key: &T::Key) -> bool {
        !self.base.contains_key(key) && self.dead.has(key)
    }

    /// Confirms a row unless a newer version, or its death, is known.
    pub(crate) fn confirm(&mut self, row: T, source: Source) {
        let key = row.key();
        let rev = row.rev();
        if self.dead.covers(&key, rev) {
            return;
        }
        let known = self.base.contains_key(&key) || self.writes.contains_key(&key);
        if !known && self.is_below(&row) {
            return;
        }
        let (streamed, step) = match source {
            Source::Stream => (true, 0),
            Source::Rest { step } => (false, step),
            Source::Kept => (false, 0),
        };
        self.extent.rest = self.extent.rest.max(step);
        match self.base.get_mut(&key) {
            Some(base) if base.row.rev() > rev => return,
            Some(base) if base.row.rev() == rev => {
                base.streamed |= streamed;
                base.step = base.step.max(step);
                // The same version has the same content, unless what we hold was read by an older app.
                if !matches!(source, Source::Rest { .. }) || *base.row == row {
                    return;
                }
                base.row = Arc::new(row);
            }
            Some(base) => {
                *base = Base {
                    row: Arc::new(row),
                    streamed,
                    step,
                }
            }
            None => {
                self.base.insert(
                    key,
                    Base {
                        row: Arc::new(row),
                        streamed,
                        step,
                    },
                );
            }
        }
        if source != Source::Kept {
            self.notice_effect(key);
        }
        self.reproject(key);
    }

    /// Buries a row up to and including version `rev`.
    pub(crate) fn bury(&mut self, key: T::Key, rev: Rev) {
        let rev = match T::KEYS {
            Keys::Fresh => Rev(i64::MAX),
            Keys::Reused => rev,
        };
        self.dead.add(key, rev);
        if self
            .base
            .get(&key)
            .is_some_and(|base| base.row.rev() <= rev)
        {
            self.base.remove(&key);
            self.reproject(key);
        }
    }

    /// Applies one change of the stream.
    pub(crate) fn change(&mut self, change: &wire::change::Change) -> Option<Reaction<T::Key>> {
        match change.kind {
            Kind::Insert | Kind::Update => {
                let record = change.record.as_deref()?;
                let whole = change.errors.is_none() && columns_in(record) >= change.columns.len();
                match serde_json::from_str::<T>(record.get()) {
                    Ok(row) if whole => {
                        self.confirm(row, Source::Stream);
                        Some(Reaction::Done)
                    }
                    Ok(_) | Err(_) => serde_json::from_str(record.get()).ok().map(Reaction::Fetch),
                }
            }
            Kind::Delete => {
                let key: T::Key = serde_json::from_str(change.old_record.as_deref()?.get()).ok()?;
                Some(self.vanish(key))
            }
        }
    }

    /// A deletion that does not say which version it ended.
    fn vanish(&mut self, key: T::Key) -> Reaction<T::Key> {
        let writes = self.writes.get(&key).map_or(&[][..], Vec::as_slice);
        let ours = |write: &Mutation<T>| write.attempted && !matches!(write.op, Op::Delete);
        if T::KEYS == Keys::Reused && writes.iter().any(ours) {
            self.doubted.insert(key);
        }
        match (T::KEYS, self.base.get(&key)) {
            (Keys::Fresh, _) => self.bury(key, Rev(i64::MAX)),
            (Keys::Reused, None) => self.extent.pages.note_vanished(key),
            (Keys::Reused, Some(base)) if base.streamed => {
                let rev = base.row.rev();
                self.bury(key, rev);
            }
            // The row may have been made again since; only the server knows.
            (Keys::Reused, Some(_)) => return Reaction::Fetch(key),
        }
        Reaction::Done
    }

    /// Takes in the answer for a single key; `before` is the version we had when we asked.
    pub(crate) fn fetched(&mut self, key: T::Key, row: Option<T>, before: Option<Rev>, step: u64) {
        self.extent.rest = self.extent.rest.max(step);
        match row {
            Some(row) => self.confirm(row, Source::Rest { step }),
            // Deleted, or hidden from us for a while: it may come into view again.
            None if self.base(&key).map(|row| row.rev()) == before => {
                self.base.remove(&key);
                self.reproject(key);
            }
            None => {}
        }
    }

    /// Computes the row anew; notes it only when people would see a difference.
    pub(super) fn reproject(&mut self, key: T::Key) {
        self.dissolve(key);
        let writes = self.writes.get(&key).map_or(&[][..], Vec::as_slice);
        // What the row is now decides what a refused write says of it.
        let refused = writes.iter().filter(|write| write.failed.is_some());
        self.unsaved.extend(refused.map(|write| write.id));
        let entry = project(self.base.get(&key).map(|base| &base.row), writes);
        if self.shown.get(&key) == entry.as_ref() {
            return;
        }
        self.groups
            .place(key, entry.as_ref().map(|entry| &*entry.row));
        match entry {
            Some(entry) => self.shown.insert(key, entry),
            None => self.shown.remove(&key),
        };
        self.dirty.insert(key);
    }

    /// What has changed since the last call.
    pub(crate) fn take_changes(&mut self) -> Changes<T> {
        let dirty = std::mem::take(&mut self.dirty);
        let rows = dirty
            .into_iter()
            .map(|key| (key, self.shown.get(&key).cloned()))
            .collect();
        let (history, elsewhere) = self.take_history();
        Changes {
            rows,
            lists: self.groups.take_lists(),
            history,
            elsewhere,
        }
    }
}

/// How many columns a record has.
fn columns_in(record: &RawValue) -> usize {
    type Columns<'a> = HashMap<std::borrow::Cow<'a, str>, serde::de::IgnoredAny>;
    serde_json::from_str::<Columns<'_>>(record.get()).map_or(0, |columns| columns.len())
}
