//! The signals of a table: one per row, one per list; components read these and nothing else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use leptos::prelude::*;
use sync::{Changes, Entry, Table};

pub mod connection;
pub mod writer;

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

/// Keys of a list, in order.
pub type KeyList<T> = Arc<[<T as Table>::Key]>;
/// Signal of a row; `None` while there is no such row.
pub type RowSignal<T> = ArcReadSignal<Option<Entry<T>>>;

type Pair<V> = (ArcReadSignal<V>, ArcWriteSignal<V>);

struct Signals<T: Table> {
    rows: HashMap<T::Key, Pair<Option<Entry<T>>>>,
    lists: HashMap<T::Group, Pair<KeyList<T>>>,
    groups: Pair<Arc<[T::Group]>>,
}

impl<T: Table> LiveTable<T> {
    /// An empty table that lives as long as the current owner.
    #[must_use]
    pub fn new() -> Self {
        let signals = Signals {
            rows: HashMap::new(),
            lists: HashMap::new(),
            groups: arc_signal(Vec::new().into()),
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
            signals
                .rows
                .entry(key)
                .or_insert_with(|| arc_signal(None))
                .0
                .clone()
        })
    }

    /// Signal of the keys of one list, in order.
    #[must_use]
    pub fn keys(self, group: &T::Group) -> ArcReadSignal<KeyList<T>> {
        self.with(|signals| {
            let list = signals.lists.entry(group.clone());
            list.or_insert_with(|| arc_signal(Vec::new().into()))
                .0
                .clone()
        })
    }

    /// Signal of the lists that are not empty.
    #[must_use]
    pub fn groups(self) -> ArcReadSignal<Arc<[T::Group]>> {
        self.with(|signals| signals.groups.0.clone())
    }

    /// Takes over what the engine says has changed.
    pub fn apply(self, changes: Changes<T>) {
        let mut writes: Vec<Box<dyn FnOnce()>> = Vec::new();
        self.with(|signals| {
            // Rows first, so that a list never names a row that has no value yet; rows that are gone
            // are emptied last.
            let (here, gone): (Vec<_>, Vec<_>) = changes
                .rows
                .into_iter()
                .partition(|(_, entry)| entry.is_some());
            for (key, entry) in here {
                let row = signals
                    .rows
                    .entry(key)
                    .or_insert_with(|| arc_signal(None))
                    .1
                    .clone();
                writes.push(Box::new(move || row.set(entry)));
            }
            for (group, keys) in changes.lists {
                let list = signals.lists.entry(group);
                let list = list
                    .or_insert_with(|| arc_signal(Vec::new().into()))
                    .1
                    .clone();
                writes.push(Box::new(move || list.set(keys.into())));
            }
            if let Some(groups) = changes.groups {
                let signal = signals.groups.1.clone();
                writes.push(Box::new(move || signal.set(groups.into())));
            }
            for (key, _) in gone {
                if let Some((_, row)) = signals.rows.get(&key) {
                    let row = row.clone();
                    writes.push(Box::new(move || row.set(None)));
                }
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
