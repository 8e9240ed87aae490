//! What the server tells of single rows: changes of the stream, tombstones, answers to questions about one row.

use std::collections::HashMap;

use serde_json::value::RawValue;
use wire::change;

use super::{
    erased::{Key, rows_in},
    overlay::{Mutation, Op},
    path::row_path,
    replica::{Replica, Source},
};
use crate::{Keys, Rev};

/// What became of a change of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It is in, or was known.
    Done,
    /// The record says too little: the row with this key has to be fetched.
    Fetch(Key),
    /// The row with this key was deleted: what is being asked about it may be answered with what it was.
    Gone(Key),
    /// Not even the key could be read.
    Unread,
}

/// A single row to ask REST for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) key: Key,
    pub(crate) path: String,
    before: Option<Rev>,
    /// The row was deleted after it was asked for: the answer may be older than that.
    pub(crate) overtaken: bool,
}

impl Replica {
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
            (Keys::Fresh, _) => {
                self.bury(&key, Rev(i64::MAX));
                Applied::Done
            }
            (Keys::Reused, None) => {
                self.extent.pages.note_vanished(key.clone());
                Applied::Gone(key)
            }
            (Keys::Reused, Some(base)) if base.streamed => {
                let rev = base.row.rev();
                self.bury(&key, rev);
                Applied::Gone(key)
            }
            // The row may have been made again since; only the server knows.
            (Keys::Reused, Some(_)) => Applied::Fetch(key),
        }
    }

    /// What to ask REST for the row with `key`.
    pub(crate) fn wanted(&self, key: Key) -> Wanted {
        let before = self.base(&key).map(|row| row.rev());
        let path = format!("{}&select=*", row_path(self.name(), &key));
        Wanted {
            key,
            path,
            before,
            overtaken: false,
        }
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
}

/// How many columns a record has.
fn columns_in(record: &RawValue) -> usize {
    type Columns<'a> = HashMap<std::borrow::Cow<'a, str>, serde::de::IgnoredAny>;
    serde_json::from_str::<Columns<'_>>(record.get()).map_or(0, |columns| columns.len())
}
