//! One set of signals per table, and how the engine's changes reach it.

use leptos::prelude::*;
use sync::{Engine, Registry, Table};
use wire::Timestamp;

use crate::{
    driver::clock,
    live::{LiveTable, connection::LastChange},
};

/// Moves what changed in one table from the engine to its signals.
pub(super) type Publish = Box<dyn Fn(&mut Engine) -> Box<dyn FnOnce()>>;

/// Makes the signals of every table.
pub(super) struct Tables {
    pub(super) publish: Vec<Publish>,
    changed: ArcRwSignal<Option<Timestamp>>,
}

impl Tables {
    /// None yet; what they tell is provided to everything below the current owner.
    pub(super) fn new() -> Self {
        let changed = ArcRwSignal::new(None);
        provide_context(LastChange(changed.clone().into()));
        Self {
            publish: Vec::new(),
            changed,
        }
    }
}

impl Registry for Tables {
    fn table<T: Table>(&mut self) -> &mut Self {
        let live = LiveTable::<T>::new();
        provide_context(live);
        let changed = self.changed.clone();
        self.publish.push(Box::new(move |engine| {
            let changes = engine.changes::<T>();
            let changed = changed.clone();
            Box::new(move || {
                if !changes.is_empty() {
                    changed.set(Some(clock::now().wall));
                    live.apply(changes);
                }
            })
        }));
        self
    }
}
