//! Events that are longer over than the page holds: asked for when somebody looks for them.

use std::sync::Arc;

use js_sys::encode_uri_component;
use leptos::{context::Provider, prelude::*};
use model::{Event, Id, Rsvp};
use serde::Deserialize;
use serde_json::value::RawValue;
use sync::{Changes, Entry, Method, Standing, Step, Table};
use uuid::Uuid;
use wire::Timestamp;

use crate::{
    format,
    live::{LiveTable, writer::Writer},
    pages::events::{card::EventCard, find::Found},
    parts::{empty::Empty, show::Show},
};

/// So many are read at once.
const PAGE: usize = 30;

/// In context where an event is shown as it was, and no longer answered or changed.
#[derive(Clone, Copy)]
pub struct Archived;

/// How far asking has come.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    Idle,
    Asking,
    Failed,
    Complete,
}

/// Events that were asked for, with their answers; they are not kept up to date.
#[derive(Clone, Copy)]
struct Shelf {
    events: LiveTable<Event>,
    rsvps: LiveTable<Rsvp>,
    keys: RwSignal<Vec<Id>>,
    asked: RwSignal<Asked>,
    /// Grows when other words are looked for: answers to the old ones are dropped.
    turn: RwSignal<u32>,
    writer: Writer,
}

#[derive(Deserialize)]
struct Answers {
    rsvps: Vec<Rsvp>,
}

impl Shelf {
    fn empty() -> Self {
        Self {
            events: LiveTable::new(),
            rsvps: LiveTable::new(),
            keys: RwSignal::new(Vec::new()),
            asked: RwSignal::new(Asked::Idle),
            turn: RwSignal::new(0),
            writer: Writer::here(),
        }
    }

    /// Asks for the events that `filter` picks, leaving out those that were read already.
    fn ask(self, filter: &str) {
        self.asked.set(Asked::Asking);
        let turn = self.turn.get_untracked();
        let path = [
            "/rest/v1/events?select=*,rsvps(*)&order=starts_at.desc,id.desc&limit=",
            &PAGE.to_string(),
            "&offset=",
            &self.keys.with_untracked(Vec::len).to_string(),
            "&",
            filter,
        ];
        self.writer
            .ask(Method::Get, path.concat(), None, move |answer| {
                if self.turn.try_get_untracked() != Some(turn) {
                    return;
                }
                let answer = answer.filter(|answer| answer.status == 200);
                let read = answer.and_then(|answer| self.take(&answer.body));
                self.asked.set(match read {
                    None => Asked::Failed,
                    Some(PAGE) => Asked::Idle,
                    Some(_) => Asked::Complete,
                });
            });
    }

    /// Puts a page of rows on the shelf; gives how many.
    fn take(self, body: &str) -> Option<usize> {
        let rows: Vec<&RawValue> = serde_json::from_str(body).ok()?;
        let (mut events, mut rsvps) = (Changes::default(), Changes::<Rsvp>::default());
        let mut keys = Vec::new();
        for row in &rows {
            let event: Event = serde_json::from_str(row.get()).ok()?;
            let answers: Answers = serde_json::from_str(row.get()).ok()?;
            let steps = answers.rsvps.iter().map(|rsvp| Step::Stand {
                key: rsvp.key(),
                before: None,
            });
            rsvps.lists.push((event.id, steps.collect()));
            let answers = answers.rsvps.into_iter();
            rsvps
                .rows
                .extend(answers.map(|rsvp| (rsvp.key(), confirmed(rsvp))));
            keys.push(event.key());
            events.rows.push((event.key(), confirmed(event)));
        }
        self.rsvps.apply(rsvps);
        self.events.apply(events);
        self.keys.update(|all| all.extend(keys));
        Some(rows.len())
    }

    fn clear(self) {
        self.turn.update(|turn| *turn += 1);
        self.keys.update(Vec::clear);
        self.asked.set(Asked::Idle);
    }

    /// The card of an event, made of what is on the shelf.
    fn card(self, key: Id, attendees: usize) -> AnyView {
        view! {
            <Provider value=Archived>
                {
                    provide_context(self.events);
                    provide_context(self.rsvps);
                    view! { <EventCard key attendees/> }.into_any()
                }
            </Provider>
        }
        .into_any()
    }
}

fn confirmed<T>(row: T) -> Option<Entry<T>> {
    Some(Entry {
        row: Arc::new(row),
        standing: Standing::Confirmed,
    })
}

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

/// One event that the page does not hold, by a link to it.
#[component]
pub fn FromArchive(id: Uuid) -> impl IntoView {
    let shelf = Shelf::empty();
    shelf.ask(&["id=eq.", &id.to_string()].concat());
    move || {
        let found = shelf.keys.with(|keys| keys.first().copied());
        match (found, shelf.asked.get()) {
            (Some(key), _) => {
                view! { <div class="events" data-one="true">{shelf.card(key, usize::MAX)}</div> }
                    .into_any()
            }
            (None, Asked::Complete) => {
                view! { <Empty words="There is no such event. It may have been taken back."/> }
                    .into_any()
            }
            (None, Asked::Failed) => {
                view! { <Empty words="This event is long over and could not be fetched now."/> }
                    .into_any()
            }
            (None, Asked::Idle | Asked::Asking) => ().into_any(),
        }
    }
}

/// Picks what was over a month before `now` and has all of the words.
fn filter(now: Timestamp, words: &str) -> String {
    const MONTH: i64 = 30 * 86_400_000_000;
    let edge = Timestamp(now.0 - MONTH).to_string();
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
