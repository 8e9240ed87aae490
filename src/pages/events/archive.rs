//! Events that are longer over than the page holds: asked for when somebody looks for them.

use js_sys::encode_uri_component;
use leptos::prelude::*;
use model::{Event, Id};
use uuid::Uuid;
use wire::Timestamp;

use crate::{
    format,
    live::LiveTable,
    pages::events::{
        find::Found,
        shelf::{Asked, Shelf},
    },
    parts::{empty::Empty, focus::TryAgain, show::Show},
};

/// Below the events that the page holds: those before, page by page, or the older ones among them that
/// are searched for.
#[component]
pub fn Archive(found: Found) -> impl IntoView {
    let held = LiveTable::<Event>::here();
    let shelf = Shelf::empty();
    let begin = format::now();
    Effect::new(move |before: Option<()>| {
        found.words.track();
        if before.is_some() {
            shelf.clear();
        }
    });
    let press = move |_| {
        if shelf.asked.get_untracked() == Asked::Asking {
            return;
        }
        let filter = found.words.with_untracked(|words| filter(begin, words));
        shelf.ask(&filter);
    };
    let older = move || {
        let keys = shelf.keys.get().into_iter();
        keys.filter(|key| held.entry(*key).is_none())
            .collect::<Vec<_>>()
    };
    let name = move || match (found.is_search(), shelf.asked.get()) {
        (_, Asked::Failed) => "Not reached; try again",
        (true, _) => "Search older events",
        (false, _) => "Show older events",
    };
    view! {
        <div class="events" data-over="true">
            <For each=older key=|key| *key children=move |key| shelf.card(key, 12)/>
        </div>
        <p class="events__older" role="status">
            <Show
                when=move || shelf.asked.get() != Asked::Complete
                fallback=move || if found.is_search() { "There is nothing older with these words." } else { "There is nothing older." }
            >
                <button
                    type="button"
                    class="button"
                    aria-disabled=move || (shelf.asked.get() == Asked::Asking).to_string()
                    on:click=press
                >
                    {name}
                </button>
            </Show>
        </p>
    }
}

/// The title of the event that was asked for and is open; found in context.
#[derive(Clone, Copy)]
pub struct OpenTitle(pub RwSignal<Option<String>>);

/// What is to be seen of one event that was asked for.
#[derive(Clone, Copy, PartialEq)]
enum Sought {
    NotYet,
    Failed,
    Nowhere,
    Found(Id),
}

/// One event that the page does not hold, by a link to it.
#[component]
pub fn FromArchive(id: Uuid) -> impl IntoView {
    let shelf = Shelf::empty();
    let ask = move || shelf.ask(&["id=eq.", &id.to_string()].concat());
    ask();
    let sought = Memo::new(move |before: Option<&Sought>| {
        let found = shelf.keys.with(|keys| keys.first().copied());
        match (found, shelf.asked.get()) {
            (Some(key), _) => Sought::Found(key),
            (None, Asked::Complete) => Sought::Nowhere,
            (None, Asked::Failed) => Sought::Failed,
            // What was said stands, with its button, until there is something else to say.
            (None, Asked::Idle | Asked::Asking) => *before.unwrap_or(&Sought::NotYet),
        }
    });
    let again = Callback::new(move |()| {
        if shelf.asked.get_untracked() == Asked::Failed {
            ask();
        }
    });
    if let Some(OpenTitle(title)) = use_context() {
        Effect::new(move |_| {
            let Sought::Found(key) = sought.get() else {
                return;
            };
            let entry = shelf.events.entry(key);
            title.set(entry.map(|entry| entry.row.title.clone()));
        });
        on_cleanup(move || drop(title.try_set(None)));
    }
    move || match sought.get() {
        Sought::Found(key) => {
            view! { <div class="events" data-one="true">{shelf.card(key, usize::MAX)}</div> }
                .into_any()
        }
        Sought::Nowhere => {
            view! { <Empty words="There is no such event. It may have been taken back."/> }
                .into_any()
        }
        Sought::Failed => view! {
            <Empty words="This event is long over and could not be fetched now.">
                <TryAgain on_press=again/>
            </Empty>
        }
        .into_any(),
        Sought::NotYet => ().into_any(),
    }
}

/// Before this time, the page does not hold what was over.
pub fn edge(now: Timestamp) -> Timestamp {
    const MONTH: i64 = 30 * 86_400_000_000;
    Timestamp(now.0 - MONTH)
}

/// Picks what took place, or part of it, between two times.
pub fn between(begin: Timestamp, end: Timestamp) -> String {
    let (begin, end) = (begin.to_string(), end.to_string());
    [
        "starts_at=lt.",
        &end,
        "&or=(starts_at.gte.%22",
        &begin,
        "%22,ends_at.gt.%22",
        &begin,
        "%22)",
    ]
    .concat()
}

/// Picks what was over a month before `now` and has all of the words.
fn filter(now: Timestamp, words: &str) -> String {
    let edge = edge(now).to_string();
    let mut filter = [
        "and=(or(ends_at.lt.%22",
        &edge,
        "%22,and(ends_at.is.null,starts_at.lt.%22",
        &edge,
        "%22))",
    ]
    .concat();
    let words = words.split(|c: char| !c.is_alphanumeric());
    for word in words.filter(|word| !word.is_empty()) {
        let word = String::from(encode_uri_component(word));
        for (start, column) in [(",or(", "title"), (",", "location"), (",", "description")] {
            filter.push_str(&[start, column, ".ilike.%22*", &word, "*%22"].concat());
        }
        filter.push(')');
    }
    filter.push(')');
    filter
}
