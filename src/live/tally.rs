//! How many rows of each list are of a kind, kept up to date by what changes instead of by counting.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use leptos::prelude::*;
use sync::{Entry, Table};

/// Handle of the counts of one kind; it can be copied into closures.
pub struct Tally<T: Table>(StoredValue<Arc<Count<T>>>);

impl<T: Table> Clone for Tally<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Table> Copy for Tally<T> {}

impl<T: Table> Tally<T> {
    pub(super) fn new(count: Arc<Count<T>>) -> Self {
        Self(StoredValue::new(count))
    }

    /// How many there are in one list.
    #[must_use]
    pub fn of(self, group: &T::Group) -> Signal<usize> {
        self.0
            .with_value(|count| count.lock().signal(group).clone().into())
    }

    /// How many there are in all lists.
    #[must_use]
    pub fn total(self) -> Signal<usize> {
        self.0.with_value(|count| count.total.clone().into())
    }
}

/// The counts of one kind.
pub(super) struct Count<T: Table> {
    counts: Box<dyn Fn(&T) -> bool + Send + Sync>,
    state: Mutex<State<T>>,
    total: ArcRwSignal<usize>,
}

struct State<T: Table> {
    by_group: HashMap<T::Group, usize>,
    total: usize,
    signals: HashMap<T::Group, ArcRwSignal<usize>>,
    /// The lists whose signals are to be told.
    touched: BTreeSet<T::Group>,
}

impl<T: Table> State<T> {
    fn signal(&mut self, group: &T::Group) -> &ArcRwSignal<usize> {
        let now = self.by_group.get(group).copied().unwrap_or_default();
        let signal = self.signals.entry(group.clone());
        signal.or_insert_with(|| ArcRwSignal::new(now))
    }
}

impl<T: Table> Count<T> {
    pub(super) fn new(counts: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        let state = State {
            by_group: HashMap::new(),
            total: 0,
            signals: HashMap::new(),
            touched: BTreeSet::new(),
        };
        Self {
            counts: Box::new(counts),
            state: Mutex::new(state),
            total: ArcRwSignal::new(0),
        }
    }

    /// Takes the change of one row into account, silently.
    pub(super) fn change(&self, old: Option<&Entry<T>>, new: Option<&Entry<T>>) {
        let group = |entry: Option<&Entry<T>>| {
            let row = entry.map(|entry| &entry.row)?;
            (self.counts)(row).then(|| row.group())
        };
        let (old, new) = (group(old), group(new));
        if old == new {
            return;
        }
        let state = &mut *self.lock();
        if let Some(group) = old {
            if let Some(count) = state.by_group.get_mut(&group) {
                *count -= 1;
                if *count == 0 {
                    state.by_group.remove(&group);
                }
            }
            state.total -= 1;
            state.touched.insert(group);
        }
        if let Some(group) = new {
            *state.by_group.entry(group.clone()).or_default() += 1;
            state.total += 1;
            state.touched.insert(group);
        }
    }

    /// Tells whoever reads a count that is different now.
    pub(super) fn tell(&self) {
        let (total, told) = {
            let state = &mut *self.lock();
            let mut told = Vec::new();
            for group in std::mem::take(&mut state.touched) {
                if let Some(signal) = state.signals.get(&group) {
                    let now = state.by_group.get(&group).copied().unwrap_or_default();
                    told.push((signal.clone(), now));
                }
            }
            (state.total, told)
        };
        for (signal, now) in told.into_iter().chain([(self.total.clone(), total)]) {
            if signal.get_untracked() != now {
                signal.set(now);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
