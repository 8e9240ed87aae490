//! The signals of a table: one per row that is looked at, one per list; components read these and nothing else.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use leptos::prelude::*;
use sync::{Changes, Entry, History, Table};

pub mod chain;
pub mod connection;
pub mod list;
pub mod tally;
pub mod writer;

use list::{List, Told};
use tally::{Count, Tally};

/// Signals of one table; found in context by its type.
///
/// It is a handle that can be copied into closures. Its signals are of the reference-counted kind, so
/// they live as long as somebody reads them, whichever component asked first.
pub struct LiveTable<T: Table>(StoredValue<Arc<Mutex<Signals<T>>>>);

impl<T: Table> Clone for LiveTable<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Table> Copy for LiveTable<T> {}

/// Signal of a row; `None` while there is no such row.
pub type RowSignal<T> = ArcReadSignal<Option<Entry<T>>>;

type Pair<V> = (ArcReadSignal<V>, ArcWriteSignal<V>);

struct Signals<T: Table> {
    entries: HashMap<T::Key, Entry<T>>,
    /// Signals of the rows that somebody has asked for; most rows are never looked at.
    rows: HashMap<T::Key, Pair<Option<Entry<T>>>>,
    lists: HashMap<T::Group, Told<T::Key>>,
    /// The lists that are not empty.
    groups: BTreeSet<T::Group>,
    groups_changed: ArcTrigger,
    tallies: Vec<Arc<Count<T>>>,
    /// What is known of rows older than those of a list, for the lists that somebody has asked about.
    history: HashMap<T::Group, Pair<History>>,
    /// The same of all lists that were not named since.
    elsewhere: History,
}

impl<T: Table> Signals<T> {
    fn list(&mut self, group: &T::Group) -> &Told<T::Key> {
        self.lists.entry(group.clone()).or_insert_with(Told::new)
    }
}

impl<T: Table> LiveTable<T> {
    /// An empty table that lives as long as the current owner.
    #[must_use]
    pub fn new() -> Self {
        let signals = Signals {
            entries: HashMap::new(),
            rows: HashMap::new(),
            lists: HashMap::new(),
            groups: BTreeSet::new(),
            groups_changed: ArcTrigger::new(),
            tallies: Vec::new(),
            history: HashMap::new(),
            elsewhere: History::Loading,
        };
        Self(StoredValue::new(Arc::new(Mutex::new(signals))))
    }

    /// The table that the page shows.
    ///
    /// # Panics
    /// Outside the part of the page that is shown to signed-in people.
    #[must_use]
    pub fn here() -> Self {
        expect_context()
    }

    /// Signal of the row with `key`, which may not exist yet or no longer.
    #[must_use]
    pub fn row(self, key: T::Key) -> RowSignal<T> {
        self.with(|signals| {
            let entries = &signals.entries;
            let row = signals.rows.entry(key);
            row.or_insert_with(|| arc_signal(entries.get(&key).cloned()))
                .0
                .clone()
        })
    }

    /// The row with `key` as it is now.
    #[must_use]
    pub fn entry(self, key: T::Key) -> Option<Entry<T>> {
        self.with(|signals| signals.entries.get(&key).cloned())
    }

    /// One of the lists; empty while no row belongs to it.
    #[must_use]
    pub fn list(self, group: &T::Group) -> List<T::Key> {
        List::new(self.with(|signals| signals.list(group).clone()))
    }

    /// What is known of rows older than those of one of the lists.
    #[must_use]
    pub fn history(self, group: &T::Group) -> ArcReadSignal<History> {
        self.with(|signals| {
            let elsewhere = signals.elsewhere;
            let history = signals.history.entry(group.clone());
            history.or_insert_with(|| arc_signal(elsewhere)).0.clone()
        })
    }

    /// The lists that are not empty; whoever reads this is told when others are.
    #[must_use]
    pub fn groups(self) -> Vec<T::Group> {
        self.with(|signals| {
            signals.groups_changed.track();
            signals.groups.iter().cloned().collect()
        })
    }

    /// Counts the rows by the word that each of them bears, as long as the table lives.
    #[must_use]
    pub fn tally(self, word: impl Fn(&T) -> Option<String> + Send + Sync + 'static) -> Tally<T> {
        let count = Arc::new(Count::new(word));
        self.with(|signals| {
            for entry in signals.entries.values() {
                count.change(None, Some(entry));
            }
            signals.tallies.push(Arc::clone(&count));
        });
        count.tell();
        Tally::new(count)
    }

    /// Takes over what the engine says has changed.
    pub fn apply(self, changes: Changes<T>) {
        let mut writes: Vec<Box<dyn FnOnce()>> = Vec::new();
        self.with(|signals| {
            // Rows first, so that a list never names a row that has no value yet; rows that are gone
            // are emptied last.
            let mut gone: Vec<Box<dyn FnOnce()>> = Vec::new();
            for (key, entry) in changes.rows {
                let old = match &entry {
                    Some(entry) => signals.entries.insert(key, entry.clone()),
                    None => signals.entries.remove(&key),
                };
                for count in &signals.tallies {
                    count.change(old.as_ref(), entry.as_ref());
                }
                if let Some((_, row)) = signals.rows.get(&key) {
                    let row = row.clone();
                    let last = if entry.is_some() {
                        &mut writes
                    } else {
                        &mut gone
                    };
                    last.push(Box::new(move || row.set(entry)));
                }
            }
            let mut groups_changed = false;
            for (group, steps) in changes.lists {
                let list = signals.list(&group).clone();
                if list.take(steps) {
                    groups_changed |= if list.is_empty() {
                        signals.groups.remove(&group)
                    } else {
                        signals.groups.insert(group)
                    };
                    writes.push(Box::new(move || list.tell()));
                }
            }
            if groups_changed {
                let trigger = signals.groups_changed.clone();
                writes.push(Box::new(move || trigger.notify()));
            }
            for count in &signals.tallies {
                let count = Arc::clone(count);
                writes.push(Box::new(move || count.tell()));
            }
            writes.append(&mut gone);
            // Before its lists, which may be named as well.
            if let Some(elsewhere) = changes.elsewhere {
                signals.elsewhere = elsewhere;
                for (_, history) in signals.history.values() {
                    let history = history.clone();
                    writes.push(Box::new(move || history.set(elsewhere)));
                }
            }
            for (group, state) in changes.history {
                let history = signals.history.entry(group);
                let (_, history) = history.or_insert_with(|| arc_signal(state)).clone();
                writes.push(Box::new(move || history.set(state)));
            }
        });
        for write in writes {
            write();
        }
    }

    fn with<R>(self, body: impl FnOnce(&mut Signals<T>) -> R) -> R {
        self.0.with_value(|signals| {
            let mut guard: MutexGuard<'_, _> =
                signals.lock().unwrap_or_else(PoisonError::into_inner);
            body(&mut guard)
        })
    }
}

impl<T: Table> Default for LiveTable<T> {
    fn default() -> Self {
        Self::new()
    }
}

fn arc_signal<V: Send + Sync + 'static>(value: V) -> Pair<V> {
    leptos::reactive::signal::arc_signal(value)
}
