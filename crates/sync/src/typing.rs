//! Who is writing just now: said and heard by broadcast, believed for a few seconds.
//!
//! A broadcast says who sent it only in words of the sender, and nobody checks them: it is good enough for a
//! hint that fades by itself, and for nothing else.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::Instant;

/// Name of the broadcast.
pub(crate) const EVENT: &str = "typing";
/// Said at most this often while a person goes on writing.
const SAID: Duration = Duration::from_secs(3);
/// Not heard again for this long, a person has stopped.
const BELIEVED: Duration = Duration::from_secs(6);
/// More people at once are nobody that one could name.
const MOST: usize = 50;

/// Payload of a frame `broadcast`, in both directions.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Broadcast {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) event: String,
    #[serde(default)]
    pub(crate) payload: Said,
}

/// What is broadcast.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Said {
    /// Presence key of whoever writes.
    #[serde(default)]
    key: String,
    /// Whether they are done.
    #[serde(default)]
    done: bool,
}

impl Broadcast {
    pub(crate) fn new(key: String, done: bool) -> Self {
        Self {
            kind: "broadcast".to_owned(),
            event: EVENT.to_owned(),
            payload: Said { key, done },
        }
    }
}

/// The people who write, and when one said so oneself.
#[derive(Debug, Default)]
pub(crate) struct Typing {
    until: BTreeMap<String, Instant>,
    said: Option<Instant>,
    changed: bool,
}

impl Typing {
    /// Whether it is time to say that one writes, or, when `done`, that one does no longer.
    pub(crate) fn may_say(&mut self, now: Instant, done: bool) -> bool {
        if done {
            return self.said.take().is_some();
        }
        if self.said.is_some_and(|said| now.since(said) < SAID) {
            return false;
        }
        self.said = Some(now);
        true
    }

    /// Hears of somebody.
    pub(crate) fn hear(&mut self, now: Instant, said: Said) {
        let Said { key, done } = said;
        if done {
            self.changed |= self.until.remove(&key).is_some();
        } else if self.until.len() < MOST || self.until.contains_key(&key) {
            self.changed |= self.until.insert(key, now + BELIEVED).is_none();
        }
    }

    /// Forgets who was not heard of again; nobody writes on a channel that is gone.
    pub(crate) fn fade(&mut self, now: Instant) {
        let before = self.until.len();
        self.until.retain(|_, until| *until > now);
        self.changed |= self.until.len() != before;
    }

    pub(crate) fn clear(&mut self) {
        self.changed |= !self.until.is_empty();
        self.until.clear();
        self.said = None;
    }

    /// When somebody fades next.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.until.values().min().copied()
    }

    /// The keys, when they changed since the last call.
    pub(crate) fn take_changed(&mut self) -> Option<Vec<String>> {
        std::mem::take(&mut self.changed).then(|| self.until.keys().cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant(Duration::from_secs(seconds))
    }

    fn said(key: &str, done: bool) -> Said {
        Said {
            key: key.to_owned(),
            done,
        }
    }

    #[test]
    fn whoever_is_not_heard_again_fades() {
        let mut typing = Typing::default();
        typing.hear(at(0), said("mara", false));
        typing.hear(at(1), said("tom", false));
        assert_eq!(typing.take_changed().unwrap(), ["mara", "tom"]);
        typing.hear(at(4), said("tom", false));
        assert_eq!(typing.take_changed(), None, "going on is no news");
        assert_eq!(typing.next(), Some(at(6)));
        typing.fade(at(6));
        assert_eq!(typing.take_changed().unwrap(), ["tom"]);
        typing.hear(at(7), said("tom", true));
        assert_eq!(typing.take_changed().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn one_says_it_once_in_a_while_and_the_end_only_after_a_beginning() {
        let mut typing = Typing::default();
        assert!(!typing.may_say(at(0), true));
        assert!(typing.may_say(at(0), false) && !typing.may_say(at(2), false));
        assert!(typing.may_say(at(3), false));
        assert!(typing.may_say(at(4), true) && !typing.may_say(at(4), true));
    }
}
