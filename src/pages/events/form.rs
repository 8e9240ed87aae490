//! What a host fills in, and what of it cannot be saved.

use leptos::prelude::*;
use model::{
    Event,
    event::{EventDraft, draft_problems},
};
use uuid::Uuid;
use wire::Timestamp;

use crate::format;

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
    /// Seats in digits; empty for no limit.
    pub capacity: RwSignal<String>,
    /// Guests each in digits; empty for none.
    pub guests: RwSignal<String>,
    /// Whether the person has tried to save: errors show from then on.
    pub tried: RwSignal<bool>,
    /// The event as it was when the form was filled from it.
    pub old: StoredValue<Option<Event>>,
}

/// A field and what is wrong with it.
pub type FieldProblem = (&'static str, String);

impl EventForm {
    /// An empty form.
    #[must_use]
    pub fn blank() -> Self {
        let empty = || RwSignal::new(String::new());
        Self {
            title: empty(),
            description: empty(),
            location: empty(),
            starts: empty(),
            ends: empty(),
            capacity: empty(),
            guests: empty(),
            tried: RwSignal::new(false),
            old: StoredValue::new(None),
        }
    }

    /// Fills the form with an event.
    pub fn fill(self, event: &Event) {
        self.title.set(event.title.clone());
        self.description.set(event.description.clone());
        self.location.set(event.location.clone());
        self.starts.set(format::to_field(event.starts_at));
        self.ends
            .set(event.ends_at.map(format::to_field).unwrap_or_default());
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
        let starts = self.starts.get();
        let starts_at = time(&starts, old.as_ref().map(|old| old.starts_at));
        if starts_at.is_none() {
            bad("starts_at", "Say on which day and at what time it starts.");
        }
        let ends = self.ends.get();
        let ends_at = time(&ends, old.as_ref().and_then(|old| old.ends_at));
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
        let moved = old.as_ref().is_none_or(|old| old.starts_at != starts_at);
        let draft = EventDraft {
            id,
            host_id,
            title: self.title.with(|title| title.trim().to_owned()),
            description: self.description.with(|text| text.trim().to_owned()),
            location: self.location.with(|text| text.trim().to_owned()),
            starts_at,
            ends_at,
            // The host reckons in the zone in which the time was typed.
            time_zone: old
                .filter(|_| !moved)
                .map_or_else(format::zone, |old| old.time_zone),
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

/// What the field says; one that was not touched keeps the seconds that it does not show.
fn time(typed: &str, old: Option<Timestamp>) -> Option<Timestamp> {
    match old {
        Some(old) if format::to_field(old) == typed => Some(old),
        Some(_) | None => format::from_field(typed),
    }
}
