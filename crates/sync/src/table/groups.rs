//! Sorted lists of keys, one per group, and the steps by which they have changed since they were last read.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Bound,
};

use super::{
    erased::{Group, Key, Row, typed_ref, typed_row},
    history::History,
    overlay::Shown,
};
use crate::{Entry, Table};

#[cfg(test)]
mod tests;

/// What has changed in a table since it was last asked.
#[derive(Debug)]
pub struct Changes<T: Table> {
    /// Rows with their new value; `None` when gone.
    pub rows: Vec<(T::Key, Option<Entry<T>>)>,
    /// The steps that bring each list to its new order, one after the other. A list that is not named
    /// has not changed; one that was never named is empty.
    pub lists: Vec<(T::Group, Steps<T>)>,
    /// Groups of which more, or other, is known about older rows.
    pub history: Vec<(T::Group, History)>,
    /// The same of all groups that were never named in `history`, when it changed.
    pub elsewhere: Option<History>,
}

type Steps<T> = Vec<Step<<T as Table>::Key>>;

impl<T: Table> Default for Changes<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            lists: Vec::new(),
            history: Vec::new(),
            elsewhere: None,
        }
    }
}

impl<T: Table> Changes<T> {
    /// Whether nothing has changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.lists.is_empty()
            && self.history.is_empty()
            && self.elsewhere.is_none()
    }
}

/// One step in the change of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<K> {
    /// The key leaves the list.
    Leave(K),
    /// The key, new or already in the list, now stands right before another, or at the end.
    Stand {
        /// Which key.
        key: K,
        /// Its neighbour; `None` at the end.
        before: Option<K>,
    },
}

impl<K: Copy + Eq> Step<K> {
    /// Takes the step in a list that is short enough to be searched from end to end.
    pub fn take(self, list: &mut Vec<K>) {
        let (Self::Leave(key) | Self::Stand { key, .. }) = self;
        list.retain(|other| *other != key);
        if let Self::Stand { before, .. } = self {
            let at = list.iter().position(|other| Some(*other) == before);
            list.insert(at.unwrap_or(list.len()), key);
        }
    }
}

/// [`Changes`] of whichever table; the rows of steps stand for their keys.
#[derive(Debug)]
pub(crate) struct Changed {
    pub(crate) rows: Vec<(Key, Option<Shown>)>,
    pub(crate) lists: Vec<(Group, Vec<Step<Row>>)>,
    pub(crate) history: Vec<(Group, History)>,
    pub(crate) elsewhere: Option<History>,
}

impl Changed {
    pub(crate) fn typed<T: Table>(self) -> Changes<T> {
        let rows = self.rows.into_iter().filter_map(|(key, shown)| {
            let key = match &shown {
                Some(shown) => typed_ref::<T>(&*shown.row)?.key(),
                None => key.typed()?,
            };
            Some((key, shown.map(Entry::from)))
        });
        let lists = self.lists.into_iter().filter_map(|(group, steps)| {
            let steps = steps.into_iter().filter_map(Step::typed::<T>);
            Some((group.typed::<T::Group>()?.clone(), steps.collect()))
        });
        let history = self
            .history
            .into_iter()
            .filter_map(|(group, history)| Some((group.typed::<T::Group>()?.clone(), history)));
        Changes {
            rows: rows.collect(),
            lists: lists.collect(),
            history: history.collect(),
            elsewhere: self.elsewhere,
        }
    }
}

impl Step<Row> {
    fn typed<T: Table>(self) -> Option<Step<T::Key>> {
        let key = |row: Row| typed_ref(&*row).map(T::key);
        Some(match self {
            Self::Leave(row) => Step::Leave(key(row)?),
            Self::Stand { key: row, before } => Step::Stand {
                key: key(row)?,
                before: before.and_then(key),
            },
        })
    }
}

impl<T: Table> From<Shown> for Entry<T> {
    fn from(shown: Shown) -> Self {
        Self {
            row: typed_row(shown.row),
            standing: shown.standing,
        }
    }
}

/// A row by its place in its list.
#[derive(Debug, Clone)]
struct Ranked(Row);

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.order(&*other.0)
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ranked {}

/// A list, and the row as it was when it got its place there.
#[derive(Debug, Clone)]
struct Place {
    group: Group,
    row: Row,
}

/// Where each shown row stands.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    lists: BTreeMap<Group, BTreeSet<Ranked>>,
    places: HashMap<Key, Place>,
    /// Of the rows that were placed since lists were last read: where they stood then.
    told: BTreeMap<Key, Option<Place>>,
}

impl Groups {
    /// Puts the row where its group and rank say, or takes it out when it is gone.
    pub(crate) fn place(&mut self, key: &Key, row: Option<&Row>) {
        let old = self.places.get(key);
        let stays = match (old, row) {
            (Some(old), Some(row)) => old.row.stands_like(&**row),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if stays {
            return;
        }
        let old = self.places.remove(key);
        if let Some(Place { group, row }) = &old
            && let Some(list) = self.lists.get_mut(group)
        {
            list.remove(&Ranked(row.clone()));
            if list.is_empty() {
                self.lists.remove(group);
            }
        }
        if let Some(row) = row.cloned() {
            let group = row.group();
            let list = self.lists.entry(group.clone()).or_default();
            list.insert(Ranked(row.clone()));
            self.places.insert(key.clone(), Place { group, row });
        }
        self.told.entry(key.clone()).or_insert(old);
    }

    /// How the lists differ from when this was last asked. The cost is that of the rows placed since.
    pub(crate) fn take_lists(&mut self) -> Vec<(Group, Vec<Step<Row>>)> {
        let mut leaving: BTreeMap<Group, Vec<Step<Row>>> = BTreeMap::new();
        let mut standing: BTreeMap<Group, BTreeSet<Ranked>> = BTreeMap::new();
        for (key, old) in std::mem::take(&mut self.told) {
            let new = self.places.get(&key);
            if let Some(new) = new {
                let stays = old.as_ref().map(|old| old.row.stands_like(&*new.row));
                if stays == Some(true) {
                    continue;
                }
                let ranked = standing.entry(new.group.clone()).or_default();
                ranked.insert(Ranked(new.row.clone()));
            }
            if let Some(old) = old
                && new.is_none_or(|new| new.group != old.group)
            {
                leaving
                    .entry(old.group)
                    .or_default()
                    .push(Step::Leave(old.row));
            }
        }
        for (group, ranked) in standing {
            let list = self.lists.get(&group);
            let steps = leaving.entry(group).or_default();
            // From the end, so that whoever stands after a key is in place before it.
            for place in ranked.into_iter().rev() {
                let key = place.0.clone();
                let after = (Bound::Excluded(place), Bound::Unbounded);
                let before = list.and_then(|list| list.range(after).next());
                let before = before.map(|Ranked(row)| row.clone());
                steps.push(Step::Stand { key, before });
            }
        }
        leaving.into_iter().collect()
    }
}
