//! Events: what is on, where, when, and for how many.

use serde::{Deserialize, Serialize};
use sync::{Keys, Rev, Table};
use uuid::Uuid;
use wire::Timestamp;

use crate::Id;

pub mod calendar;
pub mod clock;
pub mod find;
mod patch;
mod problems;
#[cfg(test)]
mod sample;

pub use patch::EventPatch;
pub use problems::draft_problems;

/// So many guests may be allowed to each person.
pub const GUESTS: u32 = 20;

/// Row of `events`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Key, made by the host's client.
    pub id: Uuid,
    /// Who invites.
    pub host_id: Uuid,
    /// 1 to 120 characters.
    pub title: String,
    /// At most 4,000 characters.
    pub description: String,
    /// At most 200 characters.
    pub location: String,
    /// Begin.
    pub starts_at: Timestamp,
    /// End; open when absent.
    pub ends_at: Option<Timestamp>,
    /// IANA name of the zone in which the host reckons.
    pub time_zone: String,
    /// Seats; without limit when absent.
    pub capacity: Option<u32>,
    /// How many guests each person may bring.
    #[serde(default)]
    pub guest_limit: u32,
    /// Whether it was called off; it stays to be seen.
    #[serde(default)]
    pub cancelled: bool,
    /// When it was announced.
    pub created_at: Timestamp,
    /// Version.
    pub rev: Rev,
}

/// What a host sends to announce an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventDraft {
    /// Random key.
    pub id: Uuid,
    /// Oneself.
    pub host_id: Uuid,
    /// 1 to 120 characters.
    pub title: String,
    /// At most 4,000 characters.
    pub description: String,
    /// At most 200 characters.
    pub location: String,
    /// Begin.
    pub starts_at: Timestamp,
    /// End; open when absent.
    pub ends_at: Option<Timestamp>,
    /// IANA name.
    pub time_zone: String,
    /// Seats; without limit when absent.
    pub capacity: Option<u32>,
    /// How many guests each person may bring.
    #[serde(default)]
    pub guest_limit: u32,
}

impl Table for Event {
    const NAME: &'static str = "events";
    const KEYS: Keys = Keys::Fresh;
    type Key = Id;
    type Group = ();
    type Rank = Timestamp;
    type Draft = EventDraft;
    type Patch = EventPatch;

    fn key(&self) -> Id {
        self.id.into()
    }
    fn rev(&self) -> Rev {
        self.rev
    }
    fn group(&self) {}
    fn rank(&self) -> Timestamp {
        self.starts_at
    }
    fn draft_key(draft: &EventDraft) -> Id {
        draft.id.into()
    }
    fn draft(draft: &EventDraft, now: Timestamp) -> Self {
        let EventDraft {
            id,
            host_id,
            title,
            description,
            location,
            starts_at,
            ends_at,
            time_zone,
            capacity,
            guest_limit,
        } = draft.clone();
        Self {
            id,
            host_id,
            title,
            description,
            location,
            starts_at,
            ends_at,
            time_zone,
            capacity,
            guest_limit,
            cancelled: false,
            created_at: now,
            rev: Rev::default(),
        }
    }
    fn put(&mut self, draft: &EventDraft) {
        *self = Self {
            rev: self.rev,
            cancelled: self.cancelled,
            ..Self::draft(draft, self.created_at)
        };
    }
    fn apply(&mut self, patch: &EventPatch) {
        let EventPatch {
            title,
            description,
            location,
            starts_at,
            ends_at,
            time_zone,
            capacity,
            guest_limit,
            cancelled,
        } = patch.clone();
        fn set<V>(place: &mut V, value: Option<V>) {
            if let Some(value) = value {
                *place = value;
            }
        }
        set(&mut self.title, title);
        set(&mut self.description, description);
        set(&mut self.location, location);
        set(&mut self.starts_at, starts_at);
        set(&mut self.ends_at, ends_at);
        set(&mut self.time_zone, time_zone);
        set(&mut self.capacity, capacity);
        set(&mut self.guest_limit, guest_limit);
        set(&mut self.cancelled, cancelled);
    }
    fn since(&self) -> Option<Timestamp> {
        Some(self.over_at())
    }
}

impl Event {
    /// When it ends, or begins if its end is open.
    #[must_use]
    pub fn over_at(&self) -> Timestamp {
        self.ends_at.unwrap_or(self.starts_at)
    }

    /// Whether it is over; one whose end is open goes on for some hours.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        const EVENING: i64 = 6 * 3_600_000_000;
        match self.ends_at {
            Some(end) => end < now,
            None => self.starts_at.0.saturating_add(EVENING) < now.0,
        }
    }
}
