//! A person's side of a conversation: how far they have read what the other wrote.

use serde::{Deserialize, Serialize};
use sync::{Keys, Rev, Table};
use uuid::Uuid;
use wire::Timestamp;

use crate::{Id, Pair, PrivateMessage};

/// Row of `conversations`; both sides are there from the first message on. The other's is seen only where
/// both let it be seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Random key, made by the server.
    pub id: Uuid,
    /// Whose side it is.
    pub owner_id: Uuid,
    /// With whom they speak.
    pub other_id: Uuid,
    /// All that the other wrote up to here was read; none yet when absent.
    pub read_until: Option<Timestamp>,
    /// When the conversation began.
    pub created_at: Timestamp,
    /// Version.
    pub rev: Rev,
}

/// What a person sends to move their mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationDraft {
    /// Key of one's side.
    pub id: Uuid,
    /// Oneself.
    pub owner_id: Uuid,
    /// The other.
    pub other_id: Uuid,
    /// When the last message was written that was read.
    pub read_until: Option<Timestamp>,
}

/// A mark is put as a whole, never patched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationPatch {}

impl Conversation {
    /// Whether `message` is one that the owner has yet to read.
    #[must_use]
    pub fn awaits(&self, message: &PrivateMessage) -> bool {
        message.sender_id == self.other_id && self.read_until < Some(message.created_at)
    }

    /// Whether the owner has read `message` of the other.
    #[must_use]
    pub fn has_read(&self, message: &PrivateMessage) -> bool {
        message.sender_id == self.other_id && !self.awaits(message)
    }

    /// The draft that marks everything up to `message` as read; none when it was read already.
    #[must_use]
    pub fn read(&self, message: &PrivateMessage) -> Option<ConversationDraft> {
        self.awaits(message).then_some(ConversationDraft {
            id: self.id,
            owner_id: self.owner_id,
            other_id: self.other_id,
            read_until: Some(message.created_at),
        })
    }
}

impl Table for Conversation {
    const NAME: &'static str = "conversations";
    const KEYS: Keys = Keys::Fresh;
    type Key = Id;
    type Group = Pair;
    type Rank = Uuid;
    type Draft = ConversationDraft;
    type Patch = ConversationPatch;

    fn key(&self) -> Id {
        self.id.into()
    }
    fn rev(&self) -> Rev {
        self.rev
    }
    fn group(&self) -> Pair {
        Pair::new(self.owner_id, self.other_id)
    }
    fn rank(&self) -> Uuid {
        self.owner_id
    }
    fn draft_key(draft: &ConversationDraft) -> Id {
        draft.id.into()
    }
    fn draft(draft: &ConversationDraft, now: Timestamp) -> Self {
        let ConversationDraft {
            id,
            owner_id,
            other_id,
            read_until,
        } = *draft;
        Self {
            id,
            owner_id,
            other_id,
            read_until,
            created_at: now,
            rev: Rev::default(),
        }
    }
    fn put(&mut self, draft: &ConversationDraft) {
        self.read_until = self.read_until.max(draft.read_until);
    }
    fn apply(&mut self, _: &ConversationPatch) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: Uuid = Uuid::from_u128(1);
    const OTHER: Uuid = Uuid::from_u128(2);

    fn said(sender_id: Uuid, at: i64) -> PrivateMessage {
        let recipient_id = if sender_id == ME { OTHER } else { ME };
        PrivateMessage {
            id: Uuid::from_u128(9),
            sender_id,
            recipient_id,
            body: "x".to_owned(),
            created_at: Timestamp(at),
            rev: Rev(1),
        }
    }

    fn mine(read_until: Option<i64>) -> Conversation {
        Conversation {
            id: Uuid::from_u128(3),
            owner_id: ME,
            other_id: OTHER,
            read_until: read_until.map(Timestamp),
            created_at: Timestamp(0),
            rev: Rev(1),
        }
    }

    #[test]
    fn what_the_other_wrote_after_the_mark_waits_to_be_read() {
        assert!(mine(None).awaits(&said(OTHER, 5)));
        assert!(mine(Some(4)).awaits(&said(OTHER, 5)));
        assert!(!mine(Some(5)).awaits(&said(OTHER, 5)));
        assert!(mine(Some(5)).has_read(&said(OTHER, 5)));
    }

    #[test]
    fn ones_own_words_are_neither_read_nor_unread_by_oneself() {
        assert!(!mine(None).awaits(&said(ME, 5)));
        assert!(!mine(Some(9)).has_read(&said(ME, 5)));
    }

    #[test]
    fn a_mark_only_moves_forward() {
        let mut mark = mine(Some(5));
        assert_eq!(mark.read(&said(OTHER, 5)), None);
        let draft = mark.read(&said(OTHER, 7)).unwrap();
        mark.put(&draft);
        assert_eq!(mark.read_until, Some(Timestamp(7)));
        let late = ConversationDraft {
            read_until: Some(Timestamp(6)),
            ..draft
        };
        mark.put(&late);
        assert_eq!(mark.read_until, Some(Timestamp(7)));
    }
}
