//! A word in private, seen by its two people and nobody else.

use serde::{Deserialize, Serialize};
use sync::{Keys, Older, Rev, Table};
use uuid::Uuid;
use wire::Timestamp;

use crate::Id;

/// Row of `private_messages`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrivateMessage {
    /// Key, made by the sender's client.
    pub id: Uuid,
    /// Who writes.
    pub sender_id: Uuid,
    /// Who reads.
    pub recipient_id: Uuid,
    /// 1 to [`crate::tavern_message::BODY_LIMIT`] characters.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// Version.
    pub rev: Rev,
}

/// What a sender sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateMessageDraft {
    /// Random key.
    pub id: Uuid,
    /// Oneself.
    pub sender_id: Uuid,
    /// The other.
    pub recipient_id: Uuid,
    /// 1 to [`crate::tavern_message::BODY_LIMIT`] characters.
    pub body: String,
}

/// What was said in private stays as it was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateMessagePatch {}

/// The two people of a conversation, whoever speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    low: Uuid,
    high: Uuid,
}

impl Pair {
    /// The conversation of `a` and `b`.
    #[must_use]
    pub fn new(a: Uuid, b: Uuid) -> Self {
        Self {
            low: a.min(b),
            high: a.max(b),
        }
    }

    /// The one who is not `me`.
    #[must_use]
    pub fn other(self, me: Uuid) -> Uuid {
        if self.low == me { self.high } else { self.low }
    }
}

impl Table for PrivateMessage {
    const NAME: &'static str = "private_messages";
    const KEYS: Keys = Keys::Fresh;
    type Key = Id;
    type Group = Pair;
    type Rank = Timestamp;
    type Draft = PrivateMessageDraft;
    type Patch = PrivateMessagePatch;

    fn key(&self) -> Id {
        self.id.into()
    }
    fn rev(&self) -> Rev {
        self.rev
    }
    fn group(&self) -> Pair {
        Pair::new(self.sender_id, self.recipient_id)
    }
    fn rank(&self) -> Timestamp {
        self.created_at
    }
    fn draft_key(draft: &PrivateMessageDraft) -> Id {
        draft.id.into()
    }
    fn draft(draft: &PrivateMessageDraft, now: Timestamp) -> Self {
        let PrivateMessageDraft {
            id,
            sender_id,
            recipient_id,
            body,
        } = draft.clone();
        Self {
            id,
            sender_id,
            recipient_id,
            body,
            created_at: now,
            rev: Rev::default(),
        }
    }
    fn put(&mut self, draft: &PrivateMessageDraft) {
        self.body.clone_from(&draft.body);
    }
    fn apply(&mut self, _: &PrivateMessagePatch) {}
    fn since(&self) -> Option<Timestamp> {
        Some(self.created_at)
    }
    fn older(pair: &Pair) -> Option<Older> {
        let Pair { low, high } = pair;
        let one_way = |from, to| format!("and(sender_id.eq.{from},recipient_id.eq.{to})");
        Some(Older {
            group: format!("or=({},{})", one_way(low, high), one_way(high, low)),
            since: "created_at",
            key: "id",
        })
    }
}
