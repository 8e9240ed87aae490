//! Where events are put that were asked for: those that are longer over than the page holds.

use std::sync::Arc;

use leptos::{context::Provider, prelude::*};
use model::{Event, Id, Rsvp};
use serde::Deserialize;
use serde_json::value::RawValue;
use sync::{Changes, Entry, Method, Standing, Step, Table};

use crate::{
    live::{LiveTable, writer::Writer},
    pages::events::card::EventCard,
};

/// So many are read at once.
const PAGE: usize = 30;

/// In context where an event is shown as it was, and no longer answered or changed.
#[derive(Clone, Copy)]
pub struct Archived;

/// How far asking has come.
#[derive(Clone, Copy, PartialEq)]
pub enum Asked {
    /// Nothing was asked for, or there may be more.
    Idle,
    /// An answer is to come.
    Asking,
    /// It did not come.
    Failed,
    /// There is no more.
    Complete,
}

/// Events that were asked for, with their answers; they are not kept up to date.
#[derive(Clone, Copy)]
pub struct Shelf {
    /// The events.
    pub events: LiveTable<Event>,
    rsvps: LiveTable<Rsvp>,
    /// Their keys, in the order of the answers.
    pub keys: RwSignal<Vec<Id>>,
    /// How far asking has come.
    pub asked: RwSignal<Asked>,
    /// Grows when other words are looked for: answers to the old ones are dropped.
    turn: RwSignal<u32>,
    writer: Writer,
}

#[derive(Deserialize)]
struct Answers {
    rsvps: Vec<Rsvp>,
}

impl Shelf {
    /// With nothing on it.
    pub fn empty() -> Self {
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
    pub fn ask(self, filter: &str) {
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

    /// Takes everything off; what was asked for does not come any more.
    pub fn clear(self) {
        self.turn.update(|turn| *turn += 1);
        self.keys.update(Vec::clear);
        self.asked.set(Asked::Idle);
    }

    /// The card of an event, made of what is on the shelf.
    pub fn card(self, key: Id, attendees: usize) -> AnyView {
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
