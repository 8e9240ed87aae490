//! Letters lie in a room: their author sees them, and whoever has a seat there at the moment.

use serde::{Deserialize, Serialize};
use sync::{Keys, Rev, Table};
use uuid::Uuid;
use wire::Timestamp;

/// A letter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    pub id: Uuid,
    pub author: String,
    pub room: String,
    pub body: String,
    pub created_at: Timestamp,
    pub rev: Rev,
}

/// Key of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LetterKey {
    pub id: Uuid,
}

/// The key with a number.
pub fn letter_key(n: u128) -> LetterKey {
    LetterKey {
        id: Uuid::from_u128(n),
    }
}

/// What an author writes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LetterDraft {
    pub id: Uuid,
    pub author: String,
    pub room: String,
    pub body: String,
}

/// What an author changes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct LetterPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// A letter to the room of the seats.
pub fn letter(n: u128, author: &str, body: &str) -> LetterDraft {
    LetterDraft {
        id: Uuid::from_u128(n),
        author: author.into(),
        room: "r".into(),
        body: body.into(),
    }
}

impl Table for Letter {
    const NAME: &'static str = "letters";
    const KEYS: Keys = Keys::Fresh;
    type Key = LetterKey;
    type Group = String;
    type Rank = Timestamp;
    type Draft = LetterDraft;
    type Patch = LetterPatch;

    fn key(&self) -> LetterKey {
        LetterKey { id: self.id }
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
    fn draft_key(draft: &LetterDraft) -> LetterKey {
        LetterKey { id: draft.id }
    }
    fn draft(draft: &LetterDraft, now: Timestamp) -> Self {
        let LetterDraft {
            id,
            author,
            room,
            body,
        } = draft.clone();
        Self {
            id,
            author,
            room,
            body,
            created_at: now,
            rev: Rev(0),
        }
    }
    fn put(&mut self, draft: &LetterDraft) {
        self.body.clone_from(&draft.body);
    }
    fn apply(&mut self, patch: &LetterPatch) {
        if let Some(body) = &patch.body {
            self.body.clone_from(body);
        }
    }
}
