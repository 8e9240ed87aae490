//! Our copy of one table: confirmed rows guarded by version, writes over them, and notes of what changed.

use std::collections::{BTreeSet, HashMap};

use serde_json::value::RawValue;
use wire::change;

use super::{
    dead::Dead,
    erased::{Key, Kind, Of, Row},
    groups::{Changed, Groups},
    overlay::{Mutation, Op, Shown, project},
    path::row_path,
    scope::Extent,
};
use crate::{Keys, Rev, Table, WriteId};

/// A confirmed row.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) row: Row,
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

/// What became of a change of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It is in, or was known.
    Done,
    /// The record says too little: the row with this key has to be fetched.
    Fetch(Key),
    /// Not even the key could be read.
    Unread,
}

/// A single row to ask REST for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) key: Key,
    pub(crate) path: String,
    before: Option<Rev>,
}

pub(crate) struct Replica {
    pub(super) kind: &'static dyn Kind,
    pub(super) base: HashMap<Key, Base>,
    dead: Dead,
    pub(super) extent: Extent,
    pub(super) writes: HashMap<Key, Vec<Mutation>>,
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
    shown: HashMap<Key, Shown>,
    groups: Groups,
    dirty: BTreeSet<Key>,
}

impl Replica {
    /// An empty copy of the table of rows `T`.
    pub(crate) fn of<T: Table>() -> Self {
        Self::new(Of::<T>::KIND)
    }

    fn new(kind: &'static dyn Kind) -> Self {
        Self {
            kind,
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
            groups: Groups::default(),
            dirty: BTreeSet::new(),
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

    /// The same by a key as the server writes it.
    pub(crate) fn bury_named(&mut self, key: &RawValue, rev: Rev) {
        if let Some(key) = self.kind.key(key.get()) {
            self.bury(&key, rev);
        }
    }

    /// Applies one change of the stream.
    pub(crate) fn change(&mut self, change: &change::Change) -> Applied {
        match change.kind {
            change::Kind::Insert | change::Kind::Update => {
                let Some(record) = change.record.as_deref() else {
                    return Applied::Unread;
                };
                let whole = change.errors.is_none() && columns_in(record) >= change.columns.len();
                match self.kind.row(record.get()) {
                    Some(row) if whole => {
                        self.confirm(row, Source::Stream);
                        Applied::Done
                    }
                    Some(_) | None => {
                        let key = self.kind.key(record.get());
                        key.map_or(Applied::Unread, Applied::Fetch)
                    }
                }
            }
            change::Kind::Delete => {
                let old = change.old_record.as_deref();
                let key = old.and_then(|old| self.kind.key(old.get()));
                key.map_or(Applied::Unread, |key| self.vanish(key))
            }
        }
    }

    /// A deletion that does not say which version it ended.
    fn vanish(&mut self, key: Key) -> Applied {
        let writes = self.writes.get(&key).map_or(&[][..], Vec::as_slice);
        let ours = |write: &Mutation| write.attempted && !matches!(write.op, Op::Delete);
        let keys = self.kind.keys();
        if keys == Keys::Reused && writes.iter().any(ours) {
            self.doubted.insert(key.clone());
        }
        match (keys, self.base.get(&key)) {
            (Keys::Fresh, _) => self.bury(&key, Rev(i64::MAX)),
            (Keys::Reused, None) => self.extent.pages.note_vanished(key),
            (Keys::Reused, Some(base)) if base.streamed => {
                let rev = base.row.rev();
                self.bury(&key, rev);
            }
            // The row may have been made again since; only the server knows.
            (Keys::Reused, Some(_)) => return Applied::Fetch(key),
        }
        Applied::Done
    }

    /// What to ask REST for the row with `key`.
    pub(crate) fn wanted(&self, key: Key) -> Wanted {
        let before = self.base(&key).map(|row| row.rev());
        let path = format!("{}&select=*", row_path(self.name(), &key));
        Wanted { key, path, before }
    }

    /// Takes in the answer to [`Wanted`]: a JSON list of at most one row. Says whether it could be read.
    pub(crate) fn fetched(&mut self, wanted: &Wanted, body: &str, step: u64) -> bool {
        let Some(rows) = rows_in(self.kind, body) else {
            return false;
        };
        self.extent.rest = self.extent.rest.max(step);
        let Wanted { key, before, .. } = wanted;
        match rows.into_iter().next() {
            Some(row) => {
                self.confirm(row, Source::Rest { step });
            }
            // Deleted, or hidden from us for a while: it may come into view again.
            None if self.base(key).map(|row| row.rev()) == *before => {
                self.base.remove(key);
                self.reproject(key);
            }
            None => {}
        }
        true
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
        match shown {
            Some(shown) => self.shown.insert(key.clone(), shown),
            None => self.shown.remove(key),
        };
        self.dirty.insert(key.clone());
    }

    /// What has changed since the last call.
    pub(crate) fn take_changes(&mut self) -> Changed {
        let dirty = std::mem::take(&mut self.dirty).into_iter();
        let rows = dirty.map(|key| {
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

/// The elements of a JSON list; `None` when it is none.
pub(super) fn parts(body: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(body).ok()
}

/// Those rows that can be read.
pub(super) fn readable(kind: &dyn Kind, parts: &[&RawValue]) -> Vec<Row> {
    let rows = parts.iter().map(|part| kind.row(part.get()));
    rows.flatten().collect()
}

/// The rows of a list, unless one of them cannot be read.
pub(super) fn rows_in(kind: &dyn Kind, body: &str) -> Option<Vec<Row>> {
    let parts = parts(body)?;
    parts.iter().map(|part| kind.row(part.get())).collect()
}

/// How many columns a record has.
fn columns_in(record: &RawValue) -> usize {
    type Columns<'a> = HashMap<std::borrow::Cow<'a, str>, serde::de::IgnoredAny>;
    serde_json::from_str::<Columns<'_>>(record.get()).map_or(0, |columns| columns.len())
}
