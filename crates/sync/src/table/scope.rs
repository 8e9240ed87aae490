//! Which rows are held: those that the server has in scope, and the older pages that people asked for.

use serde_json::value::RawValue;
use wire::Timestamp;

use super::{
    erased::{Key, KeySet, Row, parts, readable},
    history::Pages,
    replica::{Replica, Source},
};
use crate::{Digest, Table};

/// No request is sent at this step.
pub(crate) const KEPT: u64 = 0;

/// The tables that were registered before the one that asks.
pub struct Held<'a>(pub(crate) &'a [Replica]);

impl Held<'_> {
    /// Whether the row of `P` with `key` is held and in scope.
    #[must_use]
    pub fn has<P: Table>(&self, key: &P::Key) -> bool {
        self.holds(P::NAME, &Key::of(key))
    }

    fn holds(&self, table: &str, key: &Key) -> bool {
        let parent = self.0.iter().find(|parent| parent.name() == table);
        parent.is_some_and(|parent| {
            parent
                .base(key)
                .is_some_and(|row| parent.in_scope(row, self))
        })
    }
}

/// How much of the table is held.
#[derive(Debug)]
pub(super) struct Extent {
    /// Whether rows were loaded once; until then the floor is unknown.
    pub(super) loaded: bool,
    /// Rows below it are held only as part of an older page; none when all rows are in scope.
    pub(super) floor: Option<Timestamp>,
    pub(super) pages: Pages,
    /// The last step at which REST changed a row: a snapshot asked for earlier may not know it.
    pub(super) rest: u64,
    /// Keys of the answer that is being taken in; `None` when one of them could not be read.
    seen: Option<KeySet>,
}

impl Extent {
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

impl Replica {
    fn in_scope(&self, row: &Row, held: &Held<'_>) -> bool {
        !self.is_below_floor(row) && row.comes_with(held)
    }

    pub(super) fn is_below_floor(&self, row: &Row) -> bool {
        let floor = self.extent.floor;
        floor
            .zip(row.since())
            .is_some_and(|(floor, since)| since < floor)
    }

    /// Takes over the floor that the server named; `afresh` when all rows are told anew.
    pub(crate) fn set_floor(&mut self, floor: Option<Timestamp>, afresh: bool) {
        let extent = &mut self.extent;
        if afresh || !extent.loaded || extent.floor != floor {
            extent.pages.start_over();
        }
        extent.loaded = true;
        extent.floor = floor;
    }

    /// Takes in the rows of one `sync` answer, or at step [`KEPT`] those that the device has kept; says how
    /// many could not be read.
    pub(crate) fn load(&mut self, rows: &[&RawValue], asked: u64) -> usize {
        let mut unreadable = 0;
        let mut seen = Some(KeySet::with_capacity_and_hasher(
            rows.len(),
            Default::default(),
        ));
        for raw in rows {
            let key = match self.kind.row(raw.get()) {
                Some(row) => {
                    let source = match asked {
                        KEPT => Source::Kept,
                        step => Source::Rest { step },
                    };
                    Some(self.confirm(row, source))
                }
                None => {
                    unreadable += 1;
                    self.kind.key(raw.get())
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

    /// Drops the rows in scope that the answer just loaded does not have, except those that REST
    /// confirmed after step `asked`; with `afresh`, rows out of scope as well.
    pub(crate) fn drop_unseen(&mut self, held: &Held<'_>, afresh: bool, asked: u64) {
        let Some(seen) = self.extent.seen.take() else {
            return;
        };
        let unseen = self.base.iter().filter(|(key, base)| {
            // What lies outside of the scope and has writes of ours stays until they are settled.
            let leaves = afresh && !self.writes.contains_key(*key);
            let known = base.step <= asked;
            let goes = known && (leaves || self.in_scope(&base.row, held));
            !seen.contains(*key) && (goes || leaves && self.is_history(&base.row))
        });
        let gone: Vec<_> = unseen.map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.base.remove(&key);
            self.reproject(&key);
        }
    }

    /// Digest of the confirmed rows in scope.
    pub(crate) fn digest(&self, held: &Held<'_>) -> Digest {
        let rows = self.base.values().map(|base| &base.row);
        let inside = rows.filter(|row| self.in_scope(row, held));
        inside.map(|row| row.rev()).collect()
    }

    /// Writes the confirmed rows in scope, as JSON with commas between them.
    pub(crate) fn write_rows(&self, held: &Held<'_>, into: &mut String) {
        let rows = self.base.values().map(|base| &base.row);
        let mut between = "";
        for row in rows.filter(|row| self.in_scope(row, held)) {
            let text = row.text();
            // A row that was read can be written.
            if !text.is_empty() {
                into.extend([between, &text]);
                between = ",";
            }
        }
    }

    /// The last step at which REST changed a row.
    pub(crate) fn rest(&self) -> u64 {
        self.extent.rest
    }

    /// Keys of the rows of a page, as JSON.
    pub(crate) fn page_keys(&self, body: &str) -> Vec<String> {
        let rows = parts(body).unwrap_or_default();
        let keys = readable(self.kind, &rows).into_iter().map(|row| row.key());
        keys.map(|key| key.as_str().to_owned()).collect()
    }

    /// Path of the rows that come with those of `parent`.
    pub(crate) fn along(&self, parent: &str, keys: &[String]) -> Option<String> {
        let query = self.kind.along(parent, keys).filter(|_| !keys.is_empty())?;
        Some(["/rest/v1/", self.name(), "?", &query, "&select=*"].concat())
    }

    /// They are asked for: until they are taken in, deletions are noted.
    pub(crate) fn expect_along(&mut self) {
        self.extent.pages.expect_along();
    }
}
