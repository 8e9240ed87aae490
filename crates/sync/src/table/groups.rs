//! Sorted lists of keys, one per group, and the notes of what has changed since they were last read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{Entry, Table};

/// What has changed in a table since it was last asked.
#[derive(Debug)]
pub struct Changes<T: Table> {
    /// Rows with their new value; `None` when gone.
    pub rows: Vec<(T::Key, Option<Entry<T>>)>,
    /// Lists with their new keys, in order.
    pub lists: Vec<(T::Group, Vec<T::Key>)>,
    /// The lists that are not empty, when their set has changed.
    pub groups: Option<Vec<T::Group>>,
}

impl<T: Table> Changes<T> {
    /// Whether nothing has changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.lists.is_empty() && self.groups.is_none()
    }
}

/// Keys in order of rank.
type Ranked<T> = BTreeSet<(<T as Table>::Rank, <T as Table>::Key)>;
type Place<T> = (<T as Table>::Group, <T as Table>::Rank);

/// Where each shown row stands.
#[derive(Debug)]
pub(crate) struct Groups<T: Table> {
    lists: BTreeMap<T::Group, Ranked<T>>,
    places: HashMap<T::Key, Place<T>>,
    touched: BTreeSet<T::Group>,
    set_changed: bool,
}

impl<T: Table> Groups<T> {
    pub(crate) fn new() -> Self {
        Self {
            lists: BTreeMap::new(),
            places: HashMap::new(),
            touched: BTreeSet::new(),
            set_changed: false,
        }
    }

    /// Puts the row where its group and rank say, or takes it out when it is gone.
    pub(crate) fn place(&mut self, key: T::Key, row: Option<&T>) {
        let new = row.map(|row| (row.group(), row.rank()));
        let old = self.places.get(&key);
        if old == new.as_ref() {
            return;
        }
        if let Some((group, rank)) = self.places.remove(&key) {
            if let Some(list) = self.lists.get_mut(&group) {
                list.remove(&(rank, key));
                if list.is_empty() {
                    self.lists.remove(&group);
                    self.set_changed = true;
                }
            }
            self.touched.insert(group);
        }
        if let Some((group, rank)) = new {
            let list = self.lists.entry(group.clone()).or_default();
            self.set_changed |= list.is_empty();
            list.insert((rank.clone(), key));
            self.touched.insert(group.clone());
            self.places.insert(key, (group, rank));
        }
    }

    pub(crate) fn take_lists(&mut self) -> Vec<(T::Group, Vec<T::Key>)> {
        let touched = std::mem::take(&mut self.touched);
        touched
            .into_iter()
            .map(|group| {
                let list = self.lists.get(&group);
                let keys = list.map(|list| list.iter().map(|(_, key)| *key).collect());
                (group, keys.unwrap_or_default())
            })
            .collect()
    }

    pub(crate) fn take_groups(&mut self) -> Option<Vec<T::Group>> {
        std::mem::take(&mut self.set_changed).then(|| self.lists.keys().cloned().collect())
    }
}
