//! Three small tables: random keys, natural keys, and rows that not everybody sees.

mod letter;

use serde::{Deserialize, Serialize};
use sync::{Keys, Older, Rev, Table};
use uuid::Uuid;
use wire::Timestamp;

pub use letter::{Letter, LetterDraft, LetterKey, LetterPatch, letter, letter_key};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub id: Uuid,
    pub author: String,
    pub body: String,
    pub colour: String,
    pub created_at: Timestamp,
    pub rev: Rev,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Id {
    pub id: Uuid,
}

pub fn id(n: u128) -> Id {
    Id {
        id: Uuid::from_u128(n),
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NoteDraft {
    pub id: Uuid,
    pub author: String,
    pub body: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NotePatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
}

pub fn note(n: u128, author: &str, body: &str) -> NoteDraft {
    NoteDraft {
        id: Uuid::from_u128(n),
        author: author.into(),
        body: body.into(),
    }
}

pub fn body(text: &str) -> NotePatch {
    NotePatch {
        body: Some(text.into()),
        colour: None,
    }
}

pub fn colour(text: &str) -> NotePatch {
    NotePatch {
        body: None,
        colour: Some(text.into()),
    }
}

impl Table for Note {
    const NAME: &'static str = "notes";
    const KEYS: Keys = Keys::Fresh;
    type Key = Id;
    type Group = ();
    type Rank = Timestamp;
    type Draft = NoteDraft;
    type Patch = NotePatch;

    fn key(&self) -> Id {
        Id { id: self.id }
    }
    fn rev(&self) -> Rev {
        self.rev
    }
    fn group(&self) {}
    fn rank(&self) -> Timestamp {
        self.created_at
    }
    fn draft_key(draft: &NoteDraft) -> Id {
        Id { id: draft.id }
    }
    fn draft(draft: &NoteDraft, now: Timestamp) -> Self {
        let NoteDraft { id, author, body } = draft.clone();
        Self {
            id,
            author,
            body,
            colour: "white".into(),
            created_at: now,
            rev: Rev(0),
        }
    }
    fn put(&mut self, draft: &NoteDraft) {
        self.body.clone_from(&draft.body);
    }
    fn apply(&mut self, patch: &NotePatch) {
        if let Some(body) = &patch.body {
            self.body.clone_from(body);
        }
        if let Some(colour) = &patch.colour {
            self.colour.clone_from(colour);
        }
    }
    fn since(&self) -> Option<Timestamp> {
        Some(self.created_at)
    }
    fn older((): &()) -> Option<Older> {
        Some(Older {
            group: String::new(),
            since: "created_at",
            key: "id",
        })
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seat {
    pub room: String,
    pub person: String,
    pub state: String,
    pub created_at: Timestamp,
    pub rev: Rev,
}

/// Small texts that can be copied, as keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SeatKey {
    pub room: char,
    pub person: char,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SeatDraft {
    pub room: char,
    pub person: char,
    pub state: String,
}

pub fn seat(person: char, state: &str) -> SeatDraft {
    SeatDraft {
        room: 'r',
        person,
        state: state.into(),
    }
}

pub fn seat_key(person: char) -> SeatKey {
    SeatKey { room: 'r', person }
}

impl Table for Seat {
    const NAME: &'static str = "seats";
    const KEYS: Keys = Keys::Reused;
    type Key = SeatKey;
    type Group = String;
    type Rank = Timestamp;
    type Draft = SeatDraft;
    type Patch = ();

    fn key(&self) -> SeatKey {
        let letter = |text: &str| text.chars().next().unwrap_or('?');
        SeatKey {
            room: letter(&self.room),
            person: letter(&self.person),
        }
    }
    fn rev(&self) -> Rev {
        self.rev
    }
    fn group(&self) -> String {
        self.room.clone()
    }
    fn rank(&self) -> Timestamp {
        self.created_at
    }
    fn draft_key(draft: &SeatDraft) -> SeatKey {
        SeatKey {
            room: draft.room,
            person: draft.person,
        }
    }
    fn draft(draft: &SeatDraft, now: Timestamp) -> Self {
        Self {
            room: draft.room.into(),
            person: draft.person.into(),
            state: draft.state.clone(),
            created_at: now,
            rev: Rev(0),
        }
    }
    fn put(&mut self, draft: &SeatDraft) {
        self.state.clone_from(&draft.state);
    }
    fn apply(&mut self, (): &()) {}
}
