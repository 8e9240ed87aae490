//! Which rows are held: those that the server has in scope, and the older pages that people asked for.

use std::collections::HashSet;

use serde_json::value::RawValue;
use wire::Timestamp;

use super::{
    erased::AnyReplica,
    history::{Pages, readable},
    replica::{Replica, Source},
};
use crate::{Digest, Table};

/// No request is sent at this step.
pub(crate) const KEPT: u64 = 0;

/// The tables that were registered before the one that asks.
pub struct Held<'a>(pub(crate) &'a [Box<dyn AnyReplica>]);

impl Held<'_> {
    /// Whether the row of `P` with `key` is held and in scope.
    #[must_use]
    pub fn has<P: Table>(&self, key: &P::Key) -> bool {
        let mut tables = self.0.iter().map(|table| table.as_any());
        let parent: Option<&Replica<P>> = tables.find_map(|table| table.downcast_ref());
        parent.is_some_and(|parent| {
            parent
                .base(key)
                .is_some_and(|row| parent.in_scope(row, self))
        })
    }
}

/// How much of the table is held.
#[derive(Debug)]
pub(super) struct Extent<T: Table> {
    /// Whether rows were loaded once; until then the floor is unknown.
    pub(super) loaded: bool,
    /// Rows below it are held only as part of an older page; none when all rows are in scope.
    pub(super) floor: Option<Timestamp>,
    pub(super) pages: Pages<T>,
    /// The last step at which REST changed a row: a snapshot asked for earlier may not know it.
    pub(super) rest: u64,
    /// Keys of the answer that is being taken in; `None` when one of them could not be read.
    seen: Option<HashSet<T::Key>>,
}

impl<T: Table> Extent<T> {
    pub(super) fn new() -> Self {
        Self {
            loaded: false,
            floor: None,
            pages: Pages::new(),
            rest: 0,
            seen: None,
        }
    }
}

/// What the engine does with the extent of every table alike.
pub(crate) trait AnyScope {
    /// Takes over the floor that the server named; `afresh` when all rows are told anew.
    fn set_floor(&mut self, floor: Option<Timestamp>, afresh: bool);
    /// Takes in the rows of one `sync` answer, or at step [`KEPT`] those that the device has kept; says how many could not be read.
    fn load(&mut self, rows: &[&RawValue], asked: u64) -> usize;
    /// Drops the rows in scope that the answer just loaded does not have, except those that REST
    /// confirmed after step `asked`; with `afresh`, rows out of scope as well.
    fn drop_unseen(&mut self, held: &Held<'_>, afresh: bool, asked: u64);
    /// Digest of the confirmed rows in scope.
    fn digest(&self, held: &Held<'_>) -> Digest;
    /// Writes the confirmed rows in scope, as JSON with commas between them.
    fn write_rows(&self, held: &Held<'_>, into: &mut String);
    /// The last step at which REST changed a row.
    fn rest(&self) -> u64;
    /// Keys of the rows of a page, as JSON.
    fn page_keys(&self, body: &str) -> Vec<String>;
    /// Path of the rows that come with those of `parent`.
    fn along(&self, parent: &str, keys: &[String]) -> Option<String>;
    /// They are asked for: until they are taken in, deletions are noted.
    fn expect_along(&mut self);
    /// Takes them in; gives keys to fetch, as JSON, or `None` when they did not arrive.
    fn take_along(&mut self, body: Option<&str>) -> Option<Vec<String>>;
    /// Takes in a page of older rows, or that it did not arrive; gives keys to fetch, as JSON.
    fn older(&mut self, ticket: u64, body: Option<&str>) -> Vec<String>;
}

impl<T: Table> Replica<T> {
    fn in_scope(&self, row: &T, held: &Held<'_>) -> bool {
        !self.is_below_floor(row) && row.comes_with(held)
    }

    pub(super) fn is_below_floor(&self, row: &T) -> bool {
        let floor = self.extent.floor;
        floor
            .zip(row.since())
            .is_some_and(|(floor, since)| since < floor)
    }
}

impl<T: Table> AnyScope for Replica<T> {
    fn set_floor(&mut self, floor: Option<Timestamp>, afresh: bool) {
        let extent = &mut self.extent;
        if afresh || !extent.loaded || extent.floor != floor {
            extent.pages.start_over();
        }
        extent.loaded = true;
        extent.floor = floor;
    }

    fn load(&mut self, rows: &[&RawValue], asked: u64) -> usize {
        let mut unreadable = 0;
        let mut seen = Some(HashSet::with_capacity(rows.len()));
        for raw in rows {
            let key = match serde_json::from_str::<T>(raw.get()) {
                Ok(row) => {
                    let key = row.key();
                    let source = match asked {
                        KEPT => Source::Kept,
                        step => Source::Rest { step },
                    };
                    self.confirm(row, source);
                    Some(key)
                }
                Err(_) => {
                    unreadable += 1;
                    serde_json::from_str(raw.get()).ok()
                }
            };
            match (key, &mut seen) {
                (Some(key), Some(seen)) => {
                    seen.insert(key);
                }
                (None, _) => seen = None,
                (Some(_), None) => {}
            }
        }
        self.extent.seen = seen;
        unreadable
    }

    fn drop_unseen(&mut self, held: &Held<'_>, afresh: bool, asked: u64) {
        let Some(seen) = self.extent.seen.take() else {
            return;
        };
        let unseen = self.base.iter().filter(|(key, base)| {
            // What lies outside of the scope and has writes of ours stays until they are settled.
            let leaves = afresh && !self.writes.contains_key(key);
            !seen.contains(key) && base.step <= asked && (leaves || self.in_scope(&base.row, held))
        });
        let gone: Vec<_> = unseen.map(|(key, _)| *key).collect();
        for key in gone {
            self.base.remove(&key);
            self.reproject(key);
        }
    }

    fn digest(&self, held: &Held<'_>) -> Digest {
        let rows = self.base.values().map(|base| &base.row);
        let inside = rows.filter(|row| self.in_scope(row, held));
        inside.map(|row| row.rev()).collect()
    }

    fn write_rows(&self, held: &Held<'_>, into: &mut String) {
        let rows = self.base.values().map(|base| &base.row);
        let mut between = "";
        for row in rows.filter(|row| self.in_scope(row, held)) {
            // A row that was read can be written.
            if let Ok(row) = serde_json::to_string(&**row) {
                into.extend([between, &row]);
                between = ",";
            }
        }
    }

    fn rest(&self) -> u64 {
        self.extent.rest
    }

    fn page_keys(&self, body: &str) -> Vec<String> {
        let rows: Vec<&RawValue> = serde_json::from_str(body).unwrap_or_default();
        let keys: Vec<_> = readable::<T>(&rows).iter().map(T::key).collect();
        texts(&keys)
    }

    fn along(&self, parent: &str, keys: &[String]) -> Option<String> {
        let query = T::along(parent, keys).filter(|_| !keys.is_empty())?;
        Some(["/rest/v1/", T::NAME, "?", &query, "&select=*"].concat())
    }

    fn expect_along(&mut self) {
        self.extent.pages.expect_along();
    }

    fn take_along(&mut self, body: Option<&str>) -> Option<Vec<String>> {
        Self::take_along(self, body).map(|keys| texts(&keys))
    }

    fn older(&mut self, ticket: u64, body: Option<&str>) -> Vec<String> {
        texts(&self.take_page(ticket, body))
    }
}

fn texts<K: serde::Serialize>(keys: &[K]) -> Vec<String> {
    let texts = keys.iter().map(serde_json::to_string);
    texts.filter_map(Result::ok).collect()
}
