//! Who has the channel open: Phoenix presence, per key and not per tab.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::Deserialize;
use serde_json::json;

use crate::Instant;

/// Whoever has left is here for so long: the page that they load again, or another tab that takes over, has
/// joined by then.
const GRACE: Duration = Duration::from_secs(4);

#[derive(Debug, Deserialize)]
pub(crate) struct Metas {
    metas: Vec<Meta>,
}

#[derive(Debug, Deserialize)]
struct Meta {
    phx_ref: String,
}

/// Payload of `presence_state`.
pub(crate) type State = BTreeMap<String, Metas>;

/// Payload of `presence_diff`.
#[derive(Debug, Deserialize)]
pub(crate) struct Diff {
    #[serde(default)]
    joins: State,
    #[serde(default)]
    leaves: State,
}

/// The people of a channel. Diffs that come before the state of the current join are kept for it.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    known: bool,
    early: Vec<Diff>,
    refs: BTreeMap<String, BTreeSet<String>>,
    /// Those who have left, and when they are gone.
    leaving: BTreeMap<String, Instant>,
    changed: bool,
}

impl Presence {
    /// A new join begins; the people stay as they were until its state comes.
    pub(crate) fn on_join(&mut self) {
        self.known = false;
        self.early.clear();
    }

    pub(crate) fn on_state(&mut self, now: Instant, state: State) {
        let before = std::mem::take(&mut self.refs);
        for (key, metas) in state {
            self.arrive(key, metas);
        }
        for key in before.into_keys() {
            if !self.refs.contains_key(&key) {
                self.leaving.insert(key, now + GRACE);
            }
        }
        self.known = true;
        for diff in std::mem::take(&mut self.early) {
            self.on_diff(now, diff);
        }
    }

    pub(crate) fn on_diff(&mut self, now: Instant, diff: Diff) {
        if !self.known {
            self.early.push(diff);
            return;
        }
        for (key, metas) in diff.joins {
            self.arrive(key, metas);
        }
        for (key, metas) in diff.leaves {
            let Some(refs) = self.refs.get_mut(&key) else {
                continue;
            };
            for meta in metas.metas {
                refs.remove(&meta.phx_ref);
            }
            if refs.is_empty() {
                self.refs.remove(&key);
                self.leaving.insert(key, now + GRACE);
            }
        }
    }

    fn arrive(&mut self, key: String, metas: Metas) {
        let here = self.leaving.remove(&key).is_some() || self.refs.contains_key(&key);
        self.changed |= !here;
        let refs = metas.metas.into_iter().map(|meta| meta.phx_ref);
        // One by one: collecting would compile a sort for it.
        self.refs.entry(key).or_default().extend(refs);
    }

    /// Whoever has left for good is gone.
    pub(crate) fn see_off(&mut self, now: Instant) {
        let before = self.leaving.len();
        self.leaving.retain(|_, gone| *gone > now);
        self.changed |= before != self.leaving.len();
    }

    /// When somebody is gone next.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.leaving.values().min().copied()
    }

    /// Everybody as the server would say it to whoever joins now.
    pub(crate) fn state(&self) -> serde_json::Value {
        let mut state = serde_json::Map::new();
        for (key, refs) in &self.refs {
            let metas = refs.iter().map(|phx_ref| json!({"phx_ref": phx_ref}));
            let metas: Vec<_> = metas.collect();
            state.insert(key.clone(), json!({"metas": metas}));
        }
        state.into()
    }

    /// Everybody who is to be seen.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let keys = self.refs.keys().chain(self.leaving.keys());
        keys.map(String::as_str)
    }

    pub(crate) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(joins: &str, leaves: &str) -> Diff {
        serde_json::from_str(&format!(r#"{{"joins":{joins},"leaves":{leaves}}}"#)).unwrap()
    }

    fn state(text: &str) -> State {
        serde_json::from_str(text).unwrap()
    }

    fn at(seconds: u64) -> Instant {
        Instant(Duration::from_secs(seconds))
    }

    fn here(presence: &Presence) -> Vec<&str> {
        presence.keys().collect()
    }

    #[test]
    fn a_person_leaves_with_the_last_tab_and_a_moment_later() {
        let mut presence = Presence::default();
        let joins = r#"{"tom":{"metas":[{"phx_ref":"b"}]}}"#;
        presence.on_diff(at(0), diff(joins, "{}"));
        presence.on_state(at(0), state(r#"{"mara":{"metas":[{"phx_ref":"a"}]}}"#));
        assert_eq!(here(&presence), ["mara", "tom"]);
        assert!(presence.take_changed());
        presence.on_diff(at(0), diff(r#"{"tom":{"metas":[{"phx_ref":"c"}]}}"#, "{}"));
        assert!(!presence.take_changed(), "a second tab is no news");
        presence.on_diff(at(1), diff("{}", r#"{"tom":{"metas":[{"phx_ref":"b"}]}}"#));
        assert_eq!((here(&presence).len(), presence.next()), (2, None));
        presence.on_diff(at(2), diff("{}", r#"{"tom":{"metas":[{"phx_ref":"c"}]}}"#));
        presence.see_off(at(3));
        assert!(!presence.take_changed(), "he may be back in a moment");
        presence.see_off(presence.next().unwrap());
        assert_eq!(here(&presence), ["mara"]);
        assert!(presence.take_changed());
    }

    #[test]
    fn whoever_comes_back_at_once_was_never_gone() {
        let mut presence = Presence::default();
        presence.on_state(at(0), state(r#"{"tom":{"metas":[{"phx_ref":"a"}]}}"#));
        assert!(presence.take_changed());
        presence.on_diff(at(1), diff("{}", r#"{"tom":{"metas":[{"phx_ref":"a"}]}}"#));
        assert_eq!(
            presence.state(),
            json!({}),
            "others are not told of a ghost"
        );
        presence.on_diff(at(2), diff(r#"{"tom":{"metas":[{"phx_ref":"b"}]}}"#, "{}"));
        presence.on_join();
        presence.on_state(at(3), state("{}"));
        presence.on_diff(at(4), diff(r#"{"tom":{"metas":[{"phx_ref":"c"}]}}"#, "{}"));
        presence.see_off(at(60));
        assert!(!presence.take_changed());
        assert_eq!(here(&presence), ["tom"]);
    }
}
