//! Pages that arrive, and what comes with them.

use wire::Timestamp;

use super::{ASIDE, Edge, History, PAGE};
use crate::table::{
    erased::{Key, parts, readable},
    replica::{Replica, Source},
};

impl Replica {
    /// Takes in a page; gives the keys that have to be asked for once more.
    pub(crate) fn take_page(&mut self, ticket: u64, body: Option<&str>) -> Vec<Key> {
        let pages = &mut self.extent.pages;
        let mut asked = pages
            .groups
            .iter_mut()
            .filter(|(_, page)| page.ticket == ticket);
        let Some((group, page)) = asked.next() else {
            return Vec::new();
        };
        pages.told.insert(group.clone());
        let raw = body.and_then(parts);
        let rows = raw.map(|raw| (raw.len(), readable(self.kind, &raw)));
        let (count, rows) = match rows {
            Some((count, rows))
                if pages.aside.len() < ASIDE && (count < PAGE || !rows.is_empty()) =>
            {
                (count, rows)
            }
            Some(_) | None => {
                page.state = History::Failed;
                self.settle_aside();
                return Vec::new();
            }
        };
        // A server may give fewer rows than it was asked for, but not fewer than the smallest page has.
        let lowest = rows.last().map(|row| (row.since(), row.key()));
        page.state = if count < PAGE {
            History::Complete
        } else {
            History::More
        };
        page.edge = Some(match lowest {
            Some((Some(since), key)) if count >= PAGE => {
                let before = page.edge.take().filter(|edge| edge.since == since);
                let level = rows.iter().filter(|row| row.since() == Some(since));
                let mut beside = before.map(|edge| edge.beside).unwrap_or_default();
                beside.extend(level.map(|row| row.key()));
                Edge {
                    since,
                    key: Some(key),
                    beside,
                }
            }
            Some(_) | None => Edge::from(Timestamp(i64::MIN)),
        });
        for row in rows {
            // The step of no request: what REST or the stream say of the row later counts.
            self.confirm(row, Source::Rest { step: 0 });
        }
        let vanished = self.extent.pages.vanished.clone();
        self.settle_aside();
        let base = &self.base;
        vanished
            .into_iter()
            .filter(|key| base.contains_key(key))
            .collect()
    }

    /// Takes in rows that come with a page of another table; gives how many came and the keys that have to be
    /// asked for once more, `None` when the rows did not arrive.
    pub(crate) fn take_along(&mut self, body: Option<&str>) -> Option<(usize, Vec<Key>)> {
        self.extent.pages.along -= 1;
        let raw = body.and_then(parts);
        for row in raw.iter().flat_map(|raw| readable(self.kind, raw)) {
            self.confirm(row, Source::Rest { step: 0 });
        }
        let vanished = self.extent.pages.vanished.clone();
        self.settle_aside();
        let held = vanished
            .into_iter()
            .filter(|key| self.base.contains_key(key));
        Some((raw?.len(), held.collect()))
    }

    /// Rows that came too early are looked at again.
    fn settle_aside(&mut self) {
        for row in std::mem::take(&mut self.extent.pages.aside) {
            self.confirm(row, Source::Stream);
        }
        if !self.extent.pages.is_loading() {
            self.extent.pages.vanished.clear();
        }
    }
}
