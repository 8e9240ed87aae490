//! Reactions: a picture in place of words, under what somebody said in the tavern.

use serde::{Deserialize, Serialize};
use sync::{Held, Keys, Rev, Table};
use uuid::Uuid;
use wire::Timestamp;

use crate::{Id, TavernMessage};

/// Those that are offered first; others can be given as well.
pub const OFFERED: [&str; 6] = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

/// Row of `reactions`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reaction {
    /// What is reacted to.
    pub message_id: Uuid,
    /// Who reacts.
    pub user_id: Uuid,
    /// One emoji, at most 16 code points long.
    pub emoji: Emoji,
    /// When.
    pub created_at: Timestamp,
    /// Version.
    pub rev: Rev,
}

/// A short text that is copied instead of shared, so that it can be part of a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Emoji {
    length: u8,
    bytes: [u8; Self::MOST],
}

impl Emoji {
    /// Most bytes: 16 code points of four.
    const MOST: usize = 64;

    /// The emoji, unless the text is empty or too long to be one.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let length = text.len();
        if length == 0 || length > Self::MOST {
            return None;
        }
        let mut bytes = [0; Self::MOST];
        bytes[..length].copy_from_slice(text.as_bytes());
        let length = u8::try_from(length).ok()?;
        Some(Self { length, bytes })
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl std::fmt::Debug for Emoji {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Emoji {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Emoji {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).ok_or_else(|| serde::de::Error::custom("no emoji has that length"))
    }
}

/// Primary key of `reactions`, and what a person sends to react.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ReactionKey {
    /// What is reacted to.
    pub message_id: Uuid,
    /// Who reacts.
    pub user_id: Uuid,
    /// How.
    pub emoji: Emoji,
}

/// A reaction is given or taken back, never changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionPatch {}

impl Table for Reaction {
    const NAME: &'static str = "reactions";
    const KEYS: Keys = Keys::Reused;
    type Key = ReactionKey;
    type Group = Uuid;
    type Rank = Timestamp;
    type Draft = ReactionKey;
    type Patch = ReactionPatch;

    fn key(&self) -> ReactionKey {
        ReactionKey {
            message_id: self.message_id,
            user_id: self.user_id,
            emoji: self.emoji,
        }
    }
    fn rev(&self) -> Rev {
        self.rev
    }
    fn group(&self) -> Uuid {
        self.message_id
    }
    fn rank(&self) -> Timestamp {
        self.created_at
    }
    fn draft_key(draft: &ReactionKey) -> ReactionKey {
        *draft
    }
    fn draft(draft: &ReactionKey, now: Timestamp) -> Self {
        let ReactionKey {
            message_id,
            user_id,
            emoji,
        } = *draft;
        Self {
            message_id,
            user_id,
            emoji,
            created_at: now,
            rev: Rev::default(),
        }
    }
    fn put(&mut self, _: &ReactionKey) {}
    fn apply(&mut self, _: &ReactionPatch) {}
    fn along(parent: &str, keys: &[String]) -> Option<String> {
        let ids = keys
            .iter()
            .filter_map(|key| serde_json::from_str::<Id>(key).ok());
        let ids: Vec<_> = ids.map(|key| key.id.to_string()).collect();
        (parent == TavernMessage::NAME).then(|| ["message_id=in.(", &ids.join(","), ")"].concat())
    }
    fn comes_with(&self, held: &Held<'_>) -> bool {
        held.has::<TavernMessage>(&self.message_id.into())
    }
}

/// One emoji under a message: who gave it, the first of them first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tallied {
    /// The emoji.
    pub emoji: Emoji,
    /// Who gave it.
    pub people: Vec<Uuid>,
}

/// Reactions in the order in which they came, as one entry for each emoji.
#[must_use]
pub fn tallied(reactions: impl IntoIterator<Item = ReactionKey>) -> Vec<Tallied> {
    let mut all: Vec<Tallied> = Vec::new();
    for ReactionKey { user_id, emoji, .. } in reactions {
        match all.iter_mut().find(|tallied| tallied.emoji == emoji) {
            Some(tallied) => tallied.people.push(user_id),
            None => all.push(Tallied {
                emoji,
                people: vec![user_id],
            }),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_is_read_as_it_was_written() {
        for text in ["👍", "👩🏽‍🚒", "❤️"] {
            let json = serde_json::to_string(text).unwrap();
            let emoji: Emoji = serde_json::from_str(&json).unwrap();
            assert_eq!(emoji.as_str(), text);
            assert_eq!(serde_json::to_string(&emoji).unwrap(), json);
        }
        assert!(serde_json::from_str::<Emoji>("\"\"").is_err());
        assert_eq!(Emoji::new(&"👍".repeat(17)), None);
    }

    #[test]
    fn people_are_counted_by_emoji_in_the_order_of_the_first() {
        let key = |user, emoji| ReactionKey {
            message_id: Uuid::from_u128(1),
            user_id: Uuid::from_u128(user),
            emoji: Emoji::new(emoji).unwrap(),
        };
        let all = tallied([key(1, "🎉"), key(2, "👍"), key(3, "🎉")]);
        let counts: Vec<_> = all
            .iter()
            .map(|one| (one.emoji.as_str(), one.people.len()))
            .collect();
        assert_eq!(counts, [("🎉", 2), ("👍", 1)]);
    }
}
