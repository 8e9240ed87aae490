//! What is said in the tavern, for all members.

use serde::{Deserialize, Serialize};
use sync::{Keys, Older, Rev, Table};
use uuid::Uuid;
use wire::Timestamp;

use crate::Id;

/// Most characters that a message can have, in the tavern and in private.
pub const BODY_LIMIT: usize = 4000;

/// Row of `tavern_messages`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TavernMessage {
    /// Key, made by the author's client.
    pub id: Uuid,
    /// Who speaks.
    pub author_id: Uuid,
    /// 1 to [`BODY_LIMIT`] characters.
    pub body: String,
    /// The message that it answers, which may be gone.
    pub reply_to: Option<Uuid>,
    /// When it was last edited, if ever.
    pub edited_at: Option<Timestamp>,
    /// When it was said.
    pub created_at: Timestamp,
    /// Version.
    pub rev: Rev,
}

/// What an author sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TavernMessageDraft {
    /// Random key.
    pub id: Uuid,
    /// Oneself.
    pub author_id: Uuid,
    /// 1 to [`BODY_LIMIT`] characters.
    pub body: String,
    /// The message that it answers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reply_to: Option<Uuid>,
}

/// What an author may change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TavernMessagePatch {
    /// 1 to [`BODY_LIMIT`] characters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub body: Option<String>,
}

impl Table for TavernMessage {
    const NAME: &'static str = "tavern_messages";
    const KEYS: Keys = Keys::Fresh;
    type Key = Id;
    type Group = ();
    type Rank = Timestamp;
    type Draft = TavernMessageDraft;
    type Patch = TavernMessagePatch;

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
    fn draft_key(draft: &TavernMessageDraft) -> Id {
        draft.id.into()
    }
    fn draft(draft: &TavernMessageDraft, now: Timestamp) -> Self {
        let TavernMessageDraft {
            id,
            author_id,
            body,
            reply_to,
        } = draft.clone();
        Self {
            id,
            author_id,
            body,
            reply_to,
            edited_at: None,
            created_at: now,
            rev: Rev::default(),
        }
    }
    fn put(&mut self, draft: &TavernMessageDraft) {
        self.body.clone_from(&draft.body);
    }
    fn apply(&mut self, patch: &TavernMessagePatch) {
        if let Some(body) = &patch.body {
            self.body.clone_from(body);
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
