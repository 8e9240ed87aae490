//! The queue as its person sees it: everywhere a write can be brought on, given up or taken along.

use std::sync::Arc;

use leptos::prelude::*;
use sync::{Queued, QueuedState, Table, WriteId};

use crate::{live::connection::Queue, wording::write::typed};

pub mod actions;
pub mod panel;
pub mod refused;

/// The conflict that is open for settlement; found in context.
#[derive(Clone, Copy)]
pub struct Settling(pub RwSignal<Option<WriteId>>);

/// The write called `id`, as long as it is in the queue.
#[must_use]
pub fn write(id: WriteId) -> Memo<Option<Queued>> {
    let Queue(queue) = expect_context();
    Memo::new(move |_| queue.with(|queue| queue.iter().find(|queued| queued.id == id).cloned()))
}

/// What a person had typed into a write; what is made of it stays as it is while only the state changes.
#[must_use]
pub fn typed_in(queued: Memo<Option<Queued>>) -> Memo<String> {
    Memo::new(move |_| {
        queued.with(|queued| {
            let text = queued
                .as_ref()
                .map(|queued| typed(queued.table, &queued.columns));
            text.unwrap_or_default()
        })
    })
}

/// How many writes only the person can bring on.
#[must_use]
pub fn needs_you() -> Memo<usize> {
    let Queue(queue) = expect_context();
    Memo::new(move |_| queue.with(count))
}

fn count(queue: &Arc<[Queued]>) -> usize {
    queue.iter().filter(|queued| queued.needs_you()).count()
}

/// The queue's name of the row with `key`.
#[must_use]
pub fn name_of_row<T: Table>(key: T::Key) -> String {
    // Keys are small structs of ids.
    serde_json::to_string(&key).unwrap_or_default()
}

/// Why a write does not go on, in words.
#[must_use]
pub fn reason(state: &QueuedState) -> Option<String> {
    match state {
        QueuedState::Sending | QueuedState::Waiting => None,
        QueuedState::Refused(rejection) => Some(crate::wording::refusal::words(rejection)),
        QueuedState::Conflict(_) => Some("The same was changed elsewhere meanwhile.".to_owned()),
    }
}

/// Whether the row that was to be changed is there no more, so that trying again is of no use.
#[must_use]
pub fn is_gone(state: &QueuedState) -> bool {
    match state {
        QueuedState::Refused(rejection) => matches!(rejection.code.as_str(), "gone" | "PT410"),
        QueuedState::Sending | QueuedState::Waiting | QueuedState::Conflict(_) => false,
    }
}
