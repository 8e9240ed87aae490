//! Blocks: whom a person keeps away from themselves. Only that person sees them.

use serde::{Deserialize, Serialize};
use sync::{Keys, Rev, Table};
use uuid::Uuid;
use wire::Timestamp;

use crate::Id;

/// Row of `blocks`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Random key.
    pub id: Uuid,
    /// Oneself.
    pub blocker_id: Uuid,
    /// Who is kept away.
    pub blocked_id: Uuid,
    /// Since when.
    pub created_at: Timestamp,
    /// Version.
    pub rev: Rev,
}

/// What a person sends to block somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockDraft {
    /// Random key.
    pub id: Uuid,
    /// Oneself.
    pub blocker_id: Uuid,
    /// Who is to be kept away.
    pub blocked_id: Uuid,
}

/// A block is made and ended, never changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockPatch {}

impl Table for Block {
    const NAME: &'static str = "blocks";
    const KEYS: Keys = Keys::Fresh;
    type Key = Id;
    type Group = ();
    type Rank = Timestamp;
    type Draft = BlockDraft;
    type Patch = BlockPatch;

    fn key(&self) -> Id {
        self.id.into()
    }
    fn rev(&self) -> Rev {
        self.rev
    }
    fn group(&self) {}
    fn rank(&self) -> Timestamp {
        self.created_at
    }
    fn draft_key(draft: &BlockDraft) -> Id {
        draft.id.into()
    }
    fn draft(draft: &BlockDraft, now: Timestamp) -> Self {
        let BlockDraft {
            id,
            blocker_id,
            blocked_id,
        } = *draft;
        Self {
            id,
            blocker_id,
            blocked_id,
            created_at: now,
            rev: Rev::default(),
        }
    }
    fn put(&mut self, _: &BlockDraft) {}
    fn apply(&mut self, _: &BlockPatch) {}
}
