//! Members: the public profile of each account.

use serde::{Deserialize, Serialize};
use sync::{Keys, Rev, Table};
use uuid::Uuid;
use wire::Timestamp;

use crate::Id;

/// Row of `users`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Same as the account's id.
    pub id: Uuid,
    /// 3 to 24 of a–z, 0–9 and `_`; unique.
    pub username: String,
    /// 1 to 60 characters.
    pub display_name: String,
    /// At most 500 characters.
    pub bio: String,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Version.
    pub rev: Rev,
}

/// The server makes profiles; clients never insert one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Never {}

/// What people may change of their own profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct UserPatch {
    /// 1 to 60 characters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub display_name: Option<String>,
    /// At most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bio: Option<String>,
}

impl Table for User {
    const NAME: &'static str = "users";
    const KEYS: Keys = Keys::Fresh;
    type Key = Id;
    type Group = ();
    type Rank = String;
    type Draft = Never;
    type Patch = UserPatch;

    fn key(&self) -> Id {
        self.id.into()
    }
    fn rev(&self) -> Rev {
        self.rev
    }
    fn group(&self) {}
    fn rank(&self) -> String {
        self.display_name.to_lowercase()
    }
    fn draft_key(draft: &Never) -> Id {
        match *draft {}
    }
    fn draft(draft: &Never, _: Timestamp) -> Self {
        match *draft {}
    }
    fn put(&mut self, draft: &Never) {
        match *draft {}
    }
    fn apply(&mut self, patch: &UserPatch) {
        if let Some(display_name) = &patch.display_name {
            self.display_name.clone_from(display_name);
        }
        if let Some(bio) = &patch.bio {
            self.bio.clone_from(bio);
        }
    }
}

/// Why `name` cannot be a username, in words; the database asks the same.
#[must_use]
pub fn username_problem(name: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !(3..=24).contains(&name.chars().count()) {
        return Some("A username has 3 to 24 characters.");
    }
    (!name.chars().all(plain)).then_some("Use a–z, 0–9 and _ only.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_judged_as_the_database_does() {
        for good in ["abc", "a_1", "abcdefghijklmnopqrstuvwx"] {
            assert_eq!(username_problem(good), None, "{good}");
        }
        for bad in ["ab", "Abc", "a b", "é__", "abcdefghijklmnopqrstuvwxy", ""] {
            assert!(username_problem(bad).is_some(), "{bad}");
        }
    }
}
