//! Our copy of one table: confirmed rows guarded by version, writes over them, and notes of what changed.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use serde_json::value::RawValue;
use wire::change::Kind;

use super::{
    groups::{Changes, Groups},
    overlay::{Mutation, project},
};
use crate::{Entry, Keys, Rev, Table, WriteId};

/// A confirmed row.
#[derive(Debug)]
struct Base<T> {
    row: Arc<T>,
    /// Whether the change stream has carried this version: then a deletion that follows is newer.
    streamed: bool,
    /// The engine's step at which REST gave it: a snapshot asked for earlier cannot know it.
    step: u64,
}

/// Where a row came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Stream,
    Rest { step: u64 },
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
    base: HashMap<T::Key, Base<T>>,
    dead: HashMap<T::Key, Rev>,
    pub(super) writes: HashMap<T::Key, Vec<Mutation<T>>>,
    pub(super) keys: HashMap<WriteId, T::Key>,
    /// Writes added, changed or dropped since they were last saved.
    pub(super) unsaved: BTreeSet<WriteId>,
    shown: HashMap<T::Key, Entry<T>>,
    groups: Groups<T>,
    dirty: BTreeSet<T::Key>,
}

impl<T: Table> Replica<T> {
    pub(crate) fn new() -> Self {
        Self {
            base: HashMap::new(),
            dead: HashMap::new(),
            writes: HashMap::new(),
            keys: HashMap::new(),
            unsaved: BTreeSet::new(),
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
        !self.base.contains_key(key) && self.dead.contains_key(key)
    }

    /// Confirms a row unless a newer version, or its death, is known.
    pub(crate) fn confirm(&mut self, row: T, source: Source) {
        let key = row.key();
        let rev = row.rev();
        if self.dead.get(&key).is_some_and(|died| *died >= rev) {
            return;
        }
        let (streamed, step) = match source {
            Source::Stream => (true, 0),
            Source::Rest { step } => (false, step),
        };
        match self.base.get_mut(&key) {
            Some(base) if base.row.rev() > rev => return,
            Some(base) if base.row.rev() == rev => {
                base.streamed |= streamed;
                base.step = base.step.max(step);
                return;
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
        self.reproject(key);
    }

    /// Buries a row up to and including version `rev`.
    pub(crate) fn bury(&mut self, key: T::Key, rev: Rev) {
        let rev = match T::KEYS {
            Keys::Fresh => Rev(i64::MAX),
            Keys::Reused => rev,
        };
        let died = self.dead.entry(key).or_insert(rev);
        *died = rev.max(*died);
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
        match (T::KEYS, self.base.get(&key)) {
            (Keys::Fresh, _) => self.bury(key, Rev(i64::MAX)),
            (Keys::Reused, None) => {}
            (Keys::Reused, Some(base)) if base.streamed => {
                let rev = base.row.rev();
                self.bury(key, rev);
            }
            // The row may have been made again since; only the server knows.
            (Keys::Reused, Some(_)) => return Reaction::Fetch(key),
        }
        Reaction::Done
    }

    /// Takes in the rows of one `sync` answer. A complete one also says which rows are no more, except
    /// of those that REST confirmed after step `asked`.
    pub(crate) fn load(&mut self, rows: &[&RawValue], complete: bool, asked: u64) -> usize {
        let mut unreadable = 0;
        let mut seen = BTreeSet::new();
        for raw in rows {
            match serde_json::from_str::<T>(raw.get()) {
                Ok(row) => {
                    seen.insert(row.key());
                    self.confirm(row, Source::Rest { step: asked });
                }
                Err(_) => unreadable += 1,
            }
        }
        if complete && unreadable == 0 {
            let gone: Vec<_> = self
                .base
                .iter()
                .filter(|(key, base)| !seen.contains(key) && base.step <= asked)
                .map(|(key, _)| *key)
                .collect();
            for key in gone {
                self.base.remove(&key);
                self.reproject(key);
            }
        }
        unreadable
    }

    /// Takes in the answer for a single key; `before` is the version we had when we asked.
    pub(crate) fn fetched(&mut self, key: T::Key, row: Option<T>, before: Option<Rev>, step: u64) {
        match row {
            Some(row) => self.confirm(row, Source::Rest { step }),
            None => {
                let unchanged = self.base(&key).map(|row| row.rev()) == before;
                if let Some(rev) = before.filter(|_| unchanged) {
                    self.bury(key, rev);
                }
            }
        }
    }

    /// Computes the row anew; notes it only when people would see a difference.
    pub(super) fn reproject(&mut self, key: T::Key) {
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
        Changes {
            rows,
            lists: self.groups.take_lists(),
        }
    }
}

/// How many columns a record has.
fn columns_in(record: &RawValue) -> usize {
    type Columns<'a> = HashMap<std::borrow::Cow<'a, str>, serde::de::IgnoredAny>;
    serde_json::from_str::<Columns<'_>>(record.get()).map_or(0, |columns| columns.len())
}
