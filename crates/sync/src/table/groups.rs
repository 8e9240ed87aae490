//! Sorted lists of keys, one per group, and the steps by which they have changed since they were last read.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Bound,
};

use super::history::History;
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

/// Keys in order of rank.
type Ranked<T> = BTreeSet<(<T as Table>::Rank, <T as Table>::Key)>;
type Place<T> = (<T as Table>::Group, <T as Table>::Rank);
type Steps<T> = Vec<Step<<T as Table>::Key>>;

/// Where each shown row stands.
#[derive(Debug)]
pub(crate) struct Groups<T: Table> {
    lists: BTreeMap<T::Group, Ranked<T>>,
    places: HashMap<T::Key, Place<T>>,
    /// Of the rows that were placed since lists were last read: where they stood then.
    told: BTreeMap<T::Key, Option<Place<T>>>,
}

impl<T: Table> Groups<T> {
    pub(crate) fn new() -> Self {
        Self {
            lists: BTreeMap::new(),
            places: HashMap::new(),
            told: BTreeMap::new(),
        }
    }

    /// Puts the row where its group and rank say, or takes it out when it is gone.
    pub(crate) fn place(&mut self, key: T::Key, row: Option<&T>) {
        let new = row.map(|row| (row.group(), row.rank()));
        if self.places.get(&key) == new.as_ref() {
            return;
        }
        let old = self.places.remove(&key);
        if let Some((group, rank)) = &old
            && let Some(list) = self.lists.get_mut(group)
        {
            list.remove(&(rank.clone(), key));
            if list.is_empty() {
                self.lists.remove(group);
            }
        }
        if let Some((group, rank)) = new {
            let list = self.lists.entry(group.clone()).or_default();
            list.insert((rank.clone(), key));
            self.places.insert(key, (group, rank));
        }
        self.told.entry(key).or_insert(old);
    }

    /// How the lists differ from when this was last asked. The cost is that of the rows placed since.
    pub(crate) fn take_lists(&mut self) -> Vec<(T::Group, Steps<T>)> {
        let mut leaving: BTreeMap<T::Group, Steps<T>> = BTreeMap::new();
        let mut standing: BTreeMap<T::Group, Ranked<T>> = BTreeMap::new();
        for (key, old) in std::mem::take(&mut self.told) {
            let new = self.places.get(&key);
            if old.as_ref() == new {
                continue;
            }
            if let Some((group, rank)) = new {
                let ranked = standing.entry(group.clone()).or_default();
                ranked.insert((rank.clone(), key));
            }
            if let Some((group, _)) = old
                && new.is_none_or(|(stays, _)| *stays != group)
            {
                leaving.entry(group).or_default().push(Step::Leave(key));
            }
        }
        for (group, ranked) in standing {
            let list = self.lists.get(&group);
            let steps = leaving.entry(group).or_default();
            // From the end, so that whoever stands after a key is in place before it.
            for place in ranked.into_iter().rev() {
                let key = place.1;
                let after = (Bound::Excluded(place), Bound::Unbounded);
                let before = list.and_then(|list| list.range(after).next());
                let before = before.map(|(_, key)| *key);
                steps.push(Step::Stand { key, before });
            }
        }
        leaving.into_iter().collect()
    }
}
