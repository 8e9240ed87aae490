//! Sorted lists of keys, one per group, and the steps by which they have changed since they were last read.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use super::{
    erased::{Key, KeyMap, Ordered, Row, key_at, typed_row},
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

/// [`Changes`] of whichever table; places stand for the keys in steps.
#[derive(Debug)]
pub(crate) struct Changed {
    pub(crate) rows: Vec<(Key, Option<Shown>)>,
    pub(crate) lists: Vec<(Ordered, Vec<Step<Ordered>>)>,
    pub(crate) history: Vec<(Ordered, History)>,
    pub(crate) elsewhere: Option<History>,
}

impl Changed {
    pub(crate) fn typed<T: Table>(self) -> Changes<T> {
        let rows = self.rows.into_iter().map(|(key, shown)| {
            let entry: Option<Entry<T>> = shown.map(Entry::from);
            let key = match &entry {
                Some(entry) => entry.row.key(),
                None => key.typed().expect("a key can be read as it was written"),
            };
            (key, entry)
        });
        let lists = self.lists.into_iter().map(|(group, steps)| {
            let steps = steps.iter().map(Step::typed::<T>);
            (group_of::<T>(&group), steps.collect())
        });
        let history = self.history.into_iter();
        let history = history.map(|(group, history)| (group_of::<T>(&group), history));
        Changes {
            rows: rows.collect(),
            lists: lists.collect(),
            history: history.collect(),
            elsewhere: self.elsewhere,
        }
    }
}

fn group_of<T: Table>(group: &Ordered) -> T::Group {
    let group = group.typed::<T::Group>();
    group.expect("groups of a table are of one type").clone()
}

impl Step<Ordered> {
    fn typed<T: Table>(&self) -> Step<T::Key> {
        match self {
            Self::Leave(place) => Step::Leave(key_at::<T>(place)),
            Self::Stand { key, before } => Step::Stand {
                key: key_at::<T>(key),
                before: before.as_ref().map(key_at::<T>),
            },
        }
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

/// A list, and the place there.
#[derive(Debug, Clone, PartialEq)]
struct Stand {
    group: Ordered,
    place: Ordered,
}

/// Where each shown row stands.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    lists: BTreeMap<Ordered, BTreeSet<Ordered>>,
    stands: KeyMap<Stand>,
    /// Of the rows that were placed since lists were last read: where they stood then.
    told: KeyMap<Option<Stand>>,
}

impl Groups {
    /// Puts the row where its group and rank say, or takes it out when it is gone.
    pub(crate) fn place(&mut self, key: &Key, row: Option<&Row>) {
        let new = row.map(|row| Stand {
            group: row.group(),
            place: row.place(),
        });
        if self.stands.get(key) == new.as_ref() {
            return;
        }
        let old = self.stands.remove(key);
        if let Some(Stand { group, place }) = &old
            && let Some(list) = self.lists.get_mut(group)
        {
            list.remove(place);
            if list.is_empty() {
                self.lists.remove(group);
            }
        }
        if let Some(stand) = new {
            let list = self.lists.entry(stand.group.clone()).or_default();
            list.insert(stand.place.clone());
            self.stands.insert(key.clone(), stand);
        }
        self.told.entry(key.clone()).or_insert(old);
    }

    /// How the lists differ from when this was last asked. The cost is that of the rows placed since.
    pub(crate) fn take_lists(&mut self) -> Vec<(Ordered, Vec<Step<Ordered>>)> {
        let mut leaving: BTreeMap<Ordered, Vec<Step<Ordered>>> = BTreeMap::new();
        let mut standing: BTreeMap<Ordered, Vec<Ordered>> = BTreeMap::new();
        let mut told: Vec<_> = std::mem::take(&mut self.told).into_iter().collect();
        told.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        for (key, old) in told {
            let new = self.stands.get(&key);
            if old.as_ref() == new {
                continue;
            }
            if let Some(Stand { group, place }) = new {
                match standing.get_mut(group) {
                    Some(places) => places.push(place.clone()),
                    None => drop(standing.insert(group.clone(), vec![place.clone()])),
                }
            }
            if let Some(Stand { group, place }) = old
                && new.is_none_or(|new| new.group != group)
            {
                leaving.entry(group).or_default().push(Step::Leave(place));
            }
        }
        for (group, places) in standing {
            let steps = stand(places, self.lists.get(&group));
            leaving.entry(group).or_default().extend(steps);
        }
        leaving.into_iter().collect()
    }
}

/// Steps that bring each of `places`, which are in the list already, before the one that comes after it.
fn stand(mut places: Vec<Ordered>, list: Option<&BTreeSet<Ordered>>) -> Vec<Step<Ordered>> {
    let Some(list) = list else {
        return Vec::new();
    };
    // From the end, so that whoever stands after a key is in place before it.
    places.sort_unstable_by(|one, other| other.cmp(one));
    if places.len() < list.len() / 8 {
        let step = |key: Ordered| {
            let after = (Bound::Excluded(&key), Bound::Unbounded);
            let before = list.range(after).next().cloned();
            Step::Stand { key, before }
        };
        return places.into_iter().map(step).collect();
    }
    // Of a list that is new for the greater part, all are passed by once.
    let mut steps = Vec::with_capacity(places.len());
    let mut places = places.into_iter().peekable();
    let mut before: Option<&Ordered> = None;
    for place in list.iter().rev() {
        if let Some(key) = places.next_if(|key| key == place) {
            let before = before.cloned();
            steps.push(Step::Stand { key, before });
        }
        before = Some(place);
    }
    steps
}
