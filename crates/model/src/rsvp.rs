//! RSVPs: who comes to an event, whom they bring, and who waits for a seat.

use serde::{Deserialize, Serialize};
use sync::{Held, Keys, Rev, Table};
use uuid::Uuid;
use wire::Timestamp;

use crate::Event;

pub mod seating;

/// Row of `rsvps`; absent means that the person has not answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rsvp {
    /// The event.
    pub event_id: Uuid,
    /// Who answers.
    pub user_id: Uuid,
    /// The answer.
    pub status: Answer,
    /// How many people they bring.
    #[serde(default)]
    pub guests: u32,
    /// Since when they wait for a seat: their place in the line.
    #[serde(default)]
    pub waiting_since: Option<Timestamp>,
    /// When the person first answered.
    pub created_at: Timestamp,
    /// Version.
    pub rev: Rev,
}

/// What a person can answer. Whether somebody who wants to come has a seat is the database's to say:
/// it takes `Going` and `Waiting` for the same wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Takes a seat, and one for each guest.
    Going,
    /// Wants to come; gets the next seat that frees.
    Waiting,
    /// Takes none yet.
    Maybe,
    /// Does not come.
    Declined,
}

/// Primary key of `rsvps`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RsvpKey {
    /// The event.
    pub event_id: Uuid,
    /// Who answers.
    pub user_id: Uuid,
}

/// What a person sends to answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RsvpDraft {
    /// The event.
    pub event_id: Uuid,
    /// Oneself.
    pub user_id: Uuid,
    /// The answer; for somebody who wants to come, what is shown until the database has decided.
    pub status: Answer,
    /// How many people one brings.
    #[serde(default)]
    pub guests: u32,
}

/// An answer is put as a whole, never patched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RsvpPatch {}

impl Table for Rsvp {
    const NAME: &'static str = "rsvps";
    const KEYS: Keys = Keys::Reused;
    type Key = RsvpKey;
    type Group = Uuid;
    type Rank = Timestamp;
    type Draft = RsvpDraft;
    type Patch = RsvpPatch;

    fn key(&self) -> RsvpKey {
        RsvpKey {
            event_id: self.event_id,
            user_id: self.user_id,
        }
    }
    fn rev(&self) -> Rev {
        self.rev
    }
    fn group(&self) -> Uuid {
        self.event_id
    }
    fn rank(&self) -> Timestamp {
        self.created_at
    }
    fn draft_key(draft: &RsvpDraft) -> RsvpKey {
        RsvpKey {
            event_id: draft.event_id,
            user_id: draft.user_id,
        }
    }
    fn draft(draft: &RsvpDraft, now: Timestamp) -> Self {
        let RsvpDraft {
            event_id,
            user_id,
            status,
            guests,
        } = *draft;
        Self {
            event_id,
            user_id,
            status,
            guests,
            waiting_since: None,
            created_at: now,
            rev: Rev::default(),
        }
    }
    fn put(&mut self, draft: &RsvpDraft) {
        self.status = draft.status;
        self.guests = draft.guests;
        if self.status != Answer::Waiting {
            self.waiting_since = None;
        }
    }
    fn apply(&mut self, _: &RsvpPatch) {}
    fn comes_with(&self, held: &Held<'_>) -> bool {
        held.has::<Event>(&self.event_id.into())
    }
}
