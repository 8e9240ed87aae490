//! One set of signals per table, and how the engine's changes reach it.

use leptos::prelude::*;
use sync::{Engine, Registry, Table};

use crate::live::LiveTable;

/// Moves what changed in one table from the engine to its signals.
pub(super) type Publish = Box<dyn Fn(&mut Engine) -> Box<dyn FnOnce()>>;

/// Makes the signals of every table.
pub(super) struct Tables {
    pub(super) publish: Vec<Publish>,
}

impl Tables {
    /// None yet.
    pub(super) fn new() -> Self {
        Self {
            publish: Vec::new(),
        }
    }
}

impl Registry for Tables {
    fn table<T: Table>(&mut self) -> &mut Self {
        let live = LiveTable::<T>::new();
        provide_context(live);
        self.publish.push(Box::new(move |engine| {
            let changes = engine.changes::<T>();
            Box::new(move || {
                if !changes.is_empty() {
                    live.apply(changes);
                }
            })
        }));
        self
    }
}
