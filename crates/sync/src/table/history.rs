//! Older rows, page by page: each group remembers down to where it is complete.

use std::collections::{BTreeMap, BTreeSet};

use wire::Timestamp;

use super::{
    erased::{Key, KeySet, Ordered, Row},
    path::older_path,
    replica::Replica,
};

mod arrival;

/// Rows of one page.
pub const PAGE: usize = 50;
/// Rows of the largest page: half of what a server gives in one answer by default.
pub const LARGEST_PAGE: usize = 500;
/// So many rows that came below the edge while a page was on its way are kept to be looked at again.
const ASIDE: usize = 1_000;

/// How REST finds the older rows of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Older {
    /// Query that picks the group, such as `room=eq.12`; empty when the table is one list.
    pub group: String,
    /// The column that [`Table::since`] reads.
    pub since: &'static str,
    /// The column that is the key: rows of the same time come in its order.
    pub key: &'static str,
}

/// What is known of the rows below those held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// There may be older rows; [`crate::Engine::older`] asks for a page of them.
    More,
    /// A page, or the first load, is under way.
    Loading,
    /// The page did not arrive; it can be asked for again.
    Failed,
    /// Nothing older exists.
    Complete,
}

/// The lower edge of a group: everything at or above it is held.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Edge {
    pub(super) since: Timestamp,
    /// The last key held at that time; `None` when all rows of that time are.
    pub(super) key: Option<Key>,
    /// All keys held at that time, when others are not.
    beside: KeySet,
}

impl Edge {
    /// Everything from that time on is held.
    fn from(since: Timestamp) -> Self {
        Self {
            since,
            key: None,
            beside: KeySet::default(),
        }
    }

    /// Whether it lies below the row.
    fn is_below(&self, row: &Row) -> bool {
        let all = self.key.is_none();
        row.since().is_some_and(|since| {
            let level = since == self.since && (all || self.beside.contains(&row.key()));
            since > self.since || level
        })
    }
}

#[derive(Debug)]
struct Page {
    state: History,
    /// `None` until the first page is in: then the table's floor is the edge.
    edge: Option<Edge>,
    ticket: u64,
}

/// The groups of which older pages were asked for.
#[derive(Debug)]
pub(super) struct Pages {
    groups: BTreeMap<Ordered, Page>,
    told: BTreeSet<Ordered>,
    elsewhere_changed: bool,
    tickets: u64,
    /// Rows below the edge that came while a page was on its way.
    aside: Vec<Row>,
    /// Reads under way of rows that come with pages of another table.
    along: usize,
    /// Rows that vanished meanwhile, of tables whose deletions carry no version.
    vanished: Vec<Key>,
}

impl Pages {
    pub(super) fn new() -> Self {
        Self {
            groups: BTreeMap::new(),
            told: BTreeSet::new(),
            elsewhere_changed: true,
            tickets: 0,
            aside: Vec::new(),
            along: 0,
            vanished: Vec::new(),
        }
    }

    /// The floor is new: pages below the old one no longer count.
    pub(super) fn start_over(&mut self) {
        let groups = std::mem::take(&mut self.groups);
        self.told.extend(groups.into_keys());
        self.elsewhere_changed = true;
        self.aside.clear();
        self.vanished.clear();
    }

    fn is_loading(&self) -> bool {
        let mut pages = self.groups.values();
        self.along > 0 || pages.any(|page| page.state == History::Loading)
    }

    pub(super) fn expect_along(&mut self) {
        self.along += 1;
    }

    /// Notes that a row unknown to us was deleted.
    pub(super) fn note_vanished(&mut self, key: Key) {
        if self.is_loading() {
            self.vanished.push(key);
        }
    }
}

impl Replica {
    /// What is known of the rows below those held in `group`.
    pub(crate) fn history(&self, group: &Ordered) -> History {
        let page = self.extent.pages.groups.get(group);
        page.map_or_else(
            || self.elsewhere(self.kind.older(group).is_some()),
            |p| p.state,
        )
    }

    fn elsewhere(&self, has_pages: bool) -> History {
        match self.extent.floor {
            _ if !self.extent.loaded => History::Loading,
            Some(_) if has_pages => History::More,
            Some(_) | None => History::Complete,
        }
    }

    /// Changes of history since the last call: of single groups, and of all that were never named.
    pub(super) fn take_history(&mut self) -> (Vec<(Ordered, History)>, Option<History>) {
        let told = std::mem::take(&mut self.extent.pages.told);
        let states = told.into_iter().map(|group| {
            let state = self.history(&group);
            (group, state)
        });
        let states = states.collect();
        let elsewhere = std::mem::take(&mut self.extent.pages.elsewhere_changed);
        (states, elsewhere.then(|| self.elsewhere(true)))
    }

    /// Begins to load the next page of `group`, of so many rows; gives its ticket and path, `None` when there
    /// is nothing to ask for.
    pub(crate) fn next_page(&mut self, group: &Ordered, rows: usize) -> Option<(u64, String)> {
        let (More | Failed) = self.history(group) else {
            return None;
        };
        use History::{Failed, Loading, More};
        let floor = Edge::from(self.extent.floor?);
        let older = self.kind.older(group)?;
        let pages = &mut self.extent.pages;
        pages.tickets += 1;
        let ticket = pages.tickets;
        let page = pages.groups.entry(group.clone()).or_insert(Page {
            state: More,
            edge: None,
            ticket,
        });
        page.state = Loading;
        page.ticket = ticket;
        let path = older_path(
            self.kind.name(),
            &older,
            page.edge.as_ref().unwrap_or(&floor),
            rows.clamp(PAGE, LARGEST_PAGE),
        );
        pages.told.insert(group.clone());
        Some((ticket, path))
    }

    /// Whether a row that is not held lies below what is complete, and so stays out: a list without
    /// holes is better than one with islands.
    pub(super) fn is_below(&mut self, row: &Row) -> bool {
        if !self.is_below_floor(row) {
            return false;
        }
        let edge = self.extent.pages.groups.get(&row.group());
        let edge = edge.and_then(|page| page.edge.as_ref());
        if edge.is_some_and(|edge| edge.is_below(row)) {
            return false;
        }
        let pages = &mut self.extent.pages;
        if pages.is_loading() {
            pages.aside.push(row.clone());
        }
        true
    }

    /// A row that was held for writes of ours, which are done: below what is complete it does not stay.
    pub(super) fn drop_island(&mut self, key: &Key) {
        let row = self.base(key).filter(|row| self.is_history(row)).cloned();
        if row.is_some_and(|row| self.is_below(&row)) {
            self.base.remove(key);
        }
    }

    /// Whether the row lies in a history below the floor, and so has its place only in an older page.
    pub(super) fn is_history(&self, row: &Row) -> bool {
        self.is_below_floor(row) && self.kind.older(&row.group()).is_some()
    }
}
