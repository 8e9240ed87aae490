//! What a person decides for themselves, on all their devices.

use serde::{Deserialize, Serialize};
use sync::{Keys, Rev, Table};
use uuid::Uuid;
use wire::Timestamp;

use crate::user::Never;

/// Row of `settings`; everybody has one, and sees no other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Whose they are.
    pub user_id: Uuid,
    /// Whether others learn what the person has read, and the person what others have.
    pub read_receipts: bool,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Version.
    pub rev: Rev,
}

/// Primary key of `settings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SettingsKey {
    /// Whose they are.
    pub user_id: Uuid,
}

/// What a person may change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsPatch {
    /// Whether read marks are shared.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub read_receipts: Option<bool>,
}

impl From<Uuid> for SettingsKey {
    fn from(user_id: Uuid) -> Self {
        Self { user_id }
    }
}

impl Table for Settings {
    const NAME: &'static str = "settings";
    const KEYS: Keys = Keys::Fresh;
    type Key = SettingsKey;
    type Group = ();
    type Rank = Timestamp;
    type Draft = Never;
    type Patch = SettingsPatch;

    fn key(&self) -> SettingsKey {
        self.user_id.into()
    }
    fn rev(&self) -> Rev {
        self.rev
    }
    fn group(&self) {}
    fn rank(&self) -> Timestamp {
        self.created_at
    }
    fn draft_key(draft: &Never) -> SettingsKey {
        match *draft {}
    }
    fn draft(draft: &Never, _: Timestamp) -> Self {
        match *draft {}
    }
    fn put(&mut self, draft: &Never) {
        match *draft {}
    }
    fn apply(&mut self, patch: &SettingsPatch) {
        if let Some(read_receipts) = patch.read_receipts {
            self.read_receipts = read_receipts;
        }
    }
}
