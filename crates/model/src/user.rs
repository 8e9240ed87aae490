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
    /// At most 40 characters.
    pub pronouns: String,
    /// At most five addresses, one a line.
    pub links: String,
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
    /// At most 40 characters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pronouns: Option<String>,
    /// At most five addresses, one a line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub links: Option<String>,
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
        for (column, new) in [
            (&mut self.display_name, &patch.display_name),
            (&mut self.bio, &patch.bio),
            (&mut self.pronouns, &patch.pronouns),
            (&mut self.links, &patch.links),
        ] {
            if let Some(new) = new {
                column.clone_from(new);
            }
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

/// Why `links` cannot be a profile's, in words; the database asks the same.
#[must_use]
pub fn links_problem(links: &str) -> Option<&'static str> {
    let bad = |line: &str| {
        let rest = line
            .strip_prefix("https://")
            .or_else(|| line.strip_prefix("http://"));
        let fits = |rest: &str| (1..=200).contains(&rest.chars().count());
        !rest.is_some_and(|rest| fits(rest) && !rest.contains(char::is_whitespace))
    };
    if links.is_empty() {
        return None;
    }
    if links.lines().count() > 5 || links.chars().count() > 1000 {
        return Some("At most five links.");
    }
    links
        .lines()
        .any(bad)
        .then_some("One address a line, each beginning with https:// or http://.")
}

impl User {
    /// The addresses of the profile's links; none that is not one of the web, whatever the row says.
    pub fn web_links(&self) -> impl Iterator<Item = &str> {
        self.links
            .lines()
            .filter(|link| links_problem(link).is_none())
    }

    /// How well `wanted`, in lower case, names this person: names that begin so come before those with a
    /// word that does, and those before the rest. None when it names somebody else.
    #[must_use]
    pub fn fits(&self, wanted: &str) -> Option<u8> {
        let name = self.display_name.to_lowercase();
        let word = || {
            let mut words = name.split(|c: char| !c.is_alphanumeric());
            words.any(|word| !word.is_empty() && word.starts_with(wanted))
        };
        if name.starts_with(wanted) || self.username.starts_with(wanted) {
            Some(0)
        } else if word() {
            Some(1)
        } else if name.contains(wanted) || self.username.contains(wanted) {
            Some(2)
        } else {
            None
        }
    }
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
    #[test]
    fn links_are_judged_as_the_database_does() {
        for good in [
            "",
            "https://a.example",
            "http://a.example/b?c=d#e\nhttps://f.example",
        ] {
            assert_eq!(links_problem(good), None, "{good}");
        }
        for bad in [
            "a.example",
            "https://",
            "javascript:alert(1)",
            "https://a b",
            "https://a\n\nhttps://b",
            "https://a\nhttps://b\nhttps://c\nhttps://d\nhttps://e\nhttps://f",
        ] {
            assert!(links_problem(bad).is_some(), "{bad}");
        }
        assert!(links_problem(&["https://", &"x".repeat(201)].concat()).is_some());
    }

    #[test]
    fn a_beginning_fits_better_than_a_middle() {
        let user = User {
            id: Uuid::nil(),
            username: "il".to_owned(),
            display_name: "Inês de Lisboa".to_owned(),
            bio: String::new(),
            pronouns: String::new(),
            links: String::new(),
            created_at: Timestamp(0),
            rev: Rev(1),
        };
        for (wanted, fit) in [
            ("inê", Some(0)),
            ("il", Some(0)),
            ("lis", Some(1)),
            ("boa", Some(2)),
            ("x", None),
        ] {
            assert_eq!(user.fits(wanted), fit, "{wanted}");
        }
    }
}
