//! The table of the laws: two columns, few keys.

use serde::{Deserialize, Serialize};
use wire::Timestamp;

use crate::{Keys, Rev, Table};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Card {
    pub(super) id: u8,
    pub(super) front: u8,
    pub(super) back: u8,
    pub(super) rev: Rev,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct CardKey {
    pub(super) id: u8,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct CardPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) front: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) back: Option<u8>,
}

impl Table for Card {
    const NAME: &'static str = "cards";
    const KEYS: Keys = Keys::Fresh;
    type Key = CardKey;
    type Group = ();
    type Rank = u8;
    type Draft = Self;
    type Patch = CardPatch;

    fn key(&self) -> CardKey {
        CardKey { id: self.id }
    }
    fn rev(&self) -> Rev {
        self.rev
    }
    fn group(&self) {}
    fn rank(&self) -> u8 {
        self.front
    }
    fn draft_key(draft: &Self) -> CardKey {
        draft.key()
    }
    fn draft(draft: &Self, _: Timestamp) -> Self {
        draft.clone()
    }
    fn put(&mut self, draft: &Self) {
        *self = draft.clone();
    }
    fn apply(&mut self, patch: &CardPatch) {
        self.front = patch.front.unwrap_or(self.front);
        self.back = patch.back.unwrap_or(self.back);
    }
}
