//! Which events a view shows: those to come or over, and among them those that were searched for.

use leptos::prelude::*;
use model::{Event, Id, User, event::find::matches};

use crate::{live::LiveTable, parts::clock::Clock};

/// What is searched for, and what is found.
#[derive(Clone, Copy)]
pub struct Found {
    /// The words.
    pub words: RwSignal<String>,
    /// Events to come, the next first.
    pub coming: Memo<Vec<Id>>,
    /// Events that are over, the latest first.
    pub over: Memo<Vec<Id>>,
}

impl Found {
    /// Of the events that the page holds.
    pub fn here() -> Self {
        let events = LiveTable::<Event>::here();
        let list = events.list(&());
        let Clock(now) = expect_context();
        let words = RwSignal::new(String::new());
        let is_over = move |key: &Id| {
            let row = events.row(*key);
            row.with(|entry| entry.as_ref().map(|entry| entry.row.is_over(now.get())))
        };
        let is_meant = move |key: &Id, words: &str| {
            let row = events.row(*key);
            row.with(|entry| {
                entry
                    .as_ref()
                    .is_some_and(|entry| is_meant(&entry.row, words))
            })
        };
        let parted = Memo::new(move |_| {
            words.with(|words| {
                let mut keys = list.keys();
                if !words.trim().is_empty() {
                    keys.retain(|key| is_meant(key, words));
                }
                let (mut over, coming): (Vec<Id>, Vec<Id>) =
                    keys.into_iter().partition(|key| is_over(key) == Some(true));
                over.reverse();
                (coming, over)
            })
        });
        Self {
            words,
            coming: Memo::new(move |_| parted.with(|(coming, _)| coming.clone())),
            over: Memo::new(move |_| parted.with(|(_, over)| over.clone())),
        }
    }

    /// Whether `event` is one of those that are searched for.
    pub fn means(self, event: &Event) -> bool {
        self.words
            .with(|words| words.trim().is_empty() || is_meant(event, words))
    }

    /// Whether something is searched for.
    pub fn is_search(self) -> bool {
        self.words.with(|words| !words.trim().is_empty())
    }
}

fn is_meant(event: &Event, words: &str) -> bool {
    let host = LiveTable::<User>::here().row(event.host_id.into());
    host.with(|host| {
        let host = host.as_ref().map(|host| &*host.row.display_name);
        matches(event, host.unwrap_or_default(), words)
    })
}

/// The field in which one searches.
#[component]
pub fn Search(found: Found) -> impl IntoView {
    let Found { words, .. } = found;
    view! {
        <input
            type="search"
            class="field__control events__search"
            aria-label="Search events"
            placeholder="Search"
            autocomplete="off"
            prop:value=move || words.get()
            on:input=move |event| words.set(event_target_value(&event))
        />
    }
}
