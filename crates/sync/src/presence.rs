//! Who has the channel open: Phoenix presence, per key and not per tab.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::json;

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
    changed: bool,
}

impl Presence {
    /// A new join begins; the people stay as they were until its state comes.
    pub(crate) fn on_join(&mut self) {
        self.known = false;
        self.early.clear();
    }

    pub(crate) fn on_state(&mut self, state: State) {
        let before = std::mem::take(&mut self.refs);
        // One by one: collecting would compile a sort for it.
        for (key, metas) in state {
            let refs = metas.metas.into_iter().map(|meta| meta.phx_ref);
            self.refs.entry(key).or_default().extend(refs);
        }
        self.known = true;
        self.changed |= !before.keys().eq(self.refs.keys());
        for diff in std::mem::take(&mut self.early) {
            self.on_diff(diff);
        }
    }

    pub(crate) fn on_diff(&mut self, diff: Diff) {
        if !self.known {
            self.early.push(diff);
            return;
        }
        let before = self.refs.len();
        let mut touched = false;
        for (key, metas) in diff.joins {
            touched |= !self.refs.contains_key(&key);
            let refs = self.refs.entry(key).or_default();
            refs.extend(metas.metas.into_iter().map(|meta| meta.phx_ref));
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
                touched = true;
            }
        }
        self.changed |= touched || before != self.refs.len();
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

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.refs.keys().map(String::as_str)
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

    #[test]
    fn a_person_leaves_with_the_last_tab() {
        let mut presence = Presence::default();
        presence.on_diff(diff(r#"{"tom":{"metas":[{"phx_ref":"b"}]}}"#, "{}"));
        presence.on_state(serde_json::from_str(r#"{"mara":{"metas":[{"phx_ref":"a"}]}}"#).unwrap());
        assert_eq!(presence.keys().collect::<Vec<_>>(), ["mara", "tom"]);
        assert!(presence.take_changed());
        presence.on_diff(diff(r#"{"tom":{"metas":[{"phx_ref":"c"}]}}"#, "{}"));
        assert!(!presence.take_changed(), "a second tab is no news");
        presence.on_diff(diff("{}", r#"{"tom":{"metas":[{"phx_ref":"b"}]}}"#));
        assert_eq!(presence.keys().count(), 2);
        presence.on_diff(diff("{}", r#"{"tom":{"metas":[{"phx_ref":"c"}]}}"#));
        assert_eq!(presence.keys().collect::<Vec<_>>(), ["mara"]);
        assert!(presence.take_changed());
    }
}
