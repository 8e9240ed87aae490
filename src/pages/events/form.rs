//! What a host fills in, and what of it cannot be saved.

use leptos::prelude::*;
use model::{
    Event,
    event::{
        EventDraft,
        clock::{Reading, read_wall, show_wall},
        draft_problems,
    },
};
use uuid::Uuid;
use wire::Timestamp;

use crate::format::{self, zone::offset};

pub mod kept;
mod time;

pub use time::comes_twice;
use time::time;

/// The fields of the event dialog, as typed.
#[derive(Clone, Copy)]
pub struct EventForm {
    /// Title.
    pub title: RwSignal<String>,
    /// Description.
    pub description: RwSignal<String>,
    /// Location.
    pub location: RwSignal<String>,
    /// Begin, as a `datetime-local` field has it.
    pub starts: RwSignal<String>,
    /// End, likewise; empty for open.
    pub ends: RwSignal<String>,
    /// Whether only half of the end is typed yet.
    pub ends_unfinished: RwSignal<bool>,
    /// The zone in which the two are meant.
    pub zone: RwSignal<String>,
    /// Whether the second time is meant where clocks show the begin twice.
    pub starts_later: RwSignal<bool>,
    /// The same of the end.
    pub ends_later: RwSignal<bool>,
    /// Seats in digits; empty for no limit.
    pub capacity: RwSignal<String>,
    /// Guests each in digits; empty for none.
    pub guests: RwSignal<String>,
    /// Whether the person has tried to save: errors show from then on.
    pub tried: RwSignal<bool>,
    /// The event as it was when the form was filled from it.
    pub old: StoredValue<Option<Event>>,
    /// Name of the draft under which it is kept; empty for none.
    draft: StoredValue<String>,
    /// What stood in the fields before anything was typed.
    begun: StoredValue<Vec<String>>,
}

/// A field and what is wrong with it.
pub type FieldProblem = (&'static str, String);

impl EventForm {
    /// An empty form.
    #[must_use]
    pub fn blank() -> Self {
        let empty = || RwSignal::new(String::new());
        let form = Self {
            title: empty(),
            description: empty(),
            location: empty(),
            starts: empty(),
            ends: empty(),
            ends_unfinished: RwSignal::new(false),
            zone: RwSignal::new(format::zone()),
            starts_later: RwSignal::new(false),
            ends_later: RwSignal::new(false),
            capacity: empty(),
            guests: empty(),
            tried: RwSignal::new(false),
            old: StoredValue::new(None),
            draft: StoredValue::new(String::new()),
            begun: StoredValue::new(Vec::new()),
        };
        form.keep();
        form
    }

    /// Fills the form with an event.
    pub fn fill(self, event: &Event) {
        self.title.set(event.title.clone());
        self.description.set(event.description.clone());
        self.location.set(event.location.clone());
        let offset = offset(&event.time_zone);
        let fill = |time: Option<Timestamp>, field: RwSignal<String>, later: RwSignal<bool>| {
            let shown = time
                .map(|time| show_wall(time, &offset))
                .unwrap_or_default();
            later.set(match (time, read_wall(&shown, &offset)) {
                (Some(time), Some(Reading::Twice(_, second))) => time >= second,
                (_, _) => false,
            });
            field.set(shown);
        };
        fill(Some(event.starts_at), self.starts, self.starts_later);
        fill(event.ends_at, self.ends, self.ends_later);
        self.ends_unfinished.set(false);
        self.zone.set(event.time_zone.clone());
        self.capacity.set(
            event
                .capacity
                .map(|seats| seats.to_string())
                .unwrap_or_default(),
        );
        self.guests.set(match event.guest_limit {
            0 => String::new(),
            guests => guests.to_string(),
        });
        self.tried.set(false);
        self.old.set_value(Some(event.clone()));
        self.begun.set_value(untrack(|| self.texts()));
    }

    /// Empties the form.
    pub fn clear(self) {
        for field in [
            self.title,
            self.description,
            self.location,
            self.starts,
            self.ends,
            self.capacity,
            self.guests,
        ] {
            field.set(String::new());
        }
        self.zone.set(format::zone());
        self.ends_unfinished.set(false);
        self.starts_later.set(false);
        self.ends_later.set(false);
        self.tried.set(false);
    }

    /// The draft, or what keeps it from being one.
    ///
    /// # Errors
    /// Each field that cannot be saved, with words for it.
    pub fn draft(self, id: Uuid, host_id: Uuid) -> Result<EventDraft, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut bad = |field, words: &str| problems.push((field, words.to_owned()));
        let old = self.old.get_value();
        let zone = self.zone.get();
        let offset = offset(&zone);
        let starts_at = time(
            &self.starts.get(),
            self.starts_later.get(),
            &offset,
            old.as_ref().map(|old| old.starts_at),
        );
        if let Err(words) = &starts_at {
            let missing = "Say on which day and at what time it starts.";
            bad("starts_at", words.as_deref().unwrap_or(missing));
        }
        let ends_at = time(
            &self.ends.get(),
            self.ends_later.get(),
            &offset,
            old.as_ref().and_then(|old| old.ends_at),
        );
        match &ends_at {
            Err(Some(words)) => bad("ends_at", words),
            Err(None) if self.ends_unfinished.get() => bad(
                "ends_at",
                "Say the day and the time, or clear the field: the end may stay open.",
            ),
            _ => {}
        }
        let capacity = self.capacity.with(|text| match text.trim() {
            "" => Some(None),
            digits => digits.parse().ok().map(Some),
        });
        if capacity.is_none() {
            bad(
                "capacity",
                "A whole number of seats, or empty for no limit.",
            );
        }
        let guest_limit = self.guests.with(|text| match text.trim() {
            "" => Some(0),
            digits => digits.parse().ok(),
        });
        if guest_limit.is_none() {
            bad(
                "guest_limit",
                "A whole number of guests, or empty for none.",
            );
        }
        let starts_at = starts_at.unwrap_or_default();
        let draft = EventDraft {
            id,
            host_id,
            title: self.title.with(|title| title.trim().to_owned()),
            description: self.description.with(|text| text.trim().to_owned()),
            location: self.location.with(|text| text.trim().to_owned()),
            starts_at,
            ends_at: ends_at.ok(),
            time_zone: zone,
            capacity: capacity.flatten(),
            guest_limit: guest_limit.unwrap_or_default(),
        };
        for (field, words) in draft_problems(&draft) {
            if !problems.iter().any(|(known, _)| *known == field) {
                problems.push((field, words.to_owned()));
            }
        }
        if problems.is_empty() {
            Ok(draft)
        } else {
            Err(problems)
        }
    }
}
