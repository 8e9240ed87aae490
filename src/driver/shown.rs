//! What the page is shown of the engine apart from rows: connection, people, queue.

use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;
use sync::{Engine, Now, Queued, Status};
use uuid::Uuid;
use wire::Timestamp;

use super::outbox::Outbox;
use crate::live::connection::{
    AsOf, Connection, Here, Kept, LastChange, Loaded, Queue, Unsent, Writing,
};

/// The signals behind the contexts of [`crate::live::connection`].
pub(super) struct Shown {
    status: ArcRwSignal<Status>,
    loaded: ArcRwSignal<bool>,
    as_of: ArcRwSignal<Option<Timestamp>>,
    heard: ArcRwSignal<Option<Timestamp>>,
    unsent: ArcRwSignal<usize>,
    here: ArcRwSignal<Arc<BTreeSet<Uuid>>>,
    writing: ArcRwSignal<Arc<[Uuid]>>,
    queue: ArcRwSignal<Arc<[Queued]>>,
    unsaved: ArcRwSignal<usize>,
    refused: ArcRwSignal<bool>,
    newer: ArcRwSignal<usize>,
    elsewhere: ArcRwSignal<Arc<[Queued]>>,
}

impl Shown {
    /// Makes the signals and provides them to everything below the current owner.
    pub(super) fn provide() -> Self {
        let shown = Self {
            status: ArcRwSignal::new(Status::Connecting),
            loaded: ArcRwSignal::new(false),
            as_of: ArcRwSignal::new(None),
            heard: ArcRwSignal::new(None),
            unsent: ArcRwSignal::new(0),
            here: ArcRwSignal::new(Arc::new(BTreeSet::new())),
            writing: ArcRwSignal::new(Arc::from([])),
            queue: ArcRwSignal::new(Arc::from([])),
            unsaved: ArcRwSignal::new(0),
            refused: ArcRwSignal::new(false),
            newer: ArcRwSignal::new(0),
            elsewhere: ArcRwSignal::new(Arc::from([])),
        };
        provide_context(Connection(shown.status.clone().into()));
        provide_context(Loaded(shown.loaded.clone().into()));
        provide_context(AsOf(shown.as_of.clone().into()));
        provide_context(LastChange(shown.heard.clone().into()));
        provide_context(Unsent(shown.unsent.clone().into()));
        provide_context(Here(shown.here.clone().into()));
        provide_context(Writing(shown.writing.clone().into()));
        provide_context(Queue(shown.queue.clone().into()));
        provide_context(Kept {
            unsaved: shown.unsaved.clone().into(),
            refused: shown.refused.clone().into(),
            newer: shown.newer.clone().into(),
            elsewhere: shown.elsewhere.clone().into(),
        });
        shown
    }

    /// Takes over what the engine says now.
    pub(super) fn publish<'s>(&'s self, engine: &mut Engine, now: Now) -> impl FnOnce() + use<'s> {
        let status = engine.status(now);
        let loaded = engine.is_loaded();
        let as_of = engine.as_of();
        let heard = engine.heard();
        let unsent = engine.waiting();
        let presence = engine.take_presence();
        let writing = engine.take_typing();
        let queue = engine.take_queue();
        move || {
            set(&self.status, status);
            set(&self.as_of, as_of);
            set(&self.heard, heard);
            set(&self.loaded, loaded);
            set(&self.unsent, unsent);
            if let Some(keys) = presence {
                let people = keys.iter().filter_map(|key| Uuid::parse_str(key).ok());
                // One by one: collecting a set would compile a sort for it.
                let mut here = BTreeSet::new();
                here.extend(people);
                self.here.set(Arc::new(here));
            }
            if let Some(keys) = writing {
                let people = keys.iter().filter_map(|key| Uuid::parse_str(key).ok());
                self.writing.set(people.collect());
            }
            if let Some(queue) = queue {
                self.queue.set(queue.into());
            }
        }
    }

    /// Takes over how safe the queue is on this device.
    pub(super) fn publish_kept(&self, outbox: &Outbox) {
        set(&self.unsaved, outbox.unsaved());
        set(&self.refused, outbox.is_refused());
    }

    /// Counts writes that this version of the app cannot read.
    pub(super) fn add_newer(&self, unread: usize) {
        set(&self.newer, self.newer.get_untracked() + unread);
    }

    /// Takes over which writes wait in other tabs.
    pub(super) fn publish_elsewhere(&self, found: Vec<Queued>) {
        set(&self.elsewhere, found.into());
    }

    /// Whether a countdown is shown.
    pub(super) fn is_counting(&self) -> bool {
        self.status
            .with_untracked(|status| matches!(status, Status::Reconnecting { .. }))
    }
}

fn set<V: PartialEq + Send + Sync + 'static>(signal: &ArcRwSignal<V>, value: V) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}
