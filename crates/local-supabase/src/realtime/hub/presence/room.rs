//! The presences of a room, and what changes with each call.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde_json::{Map, Value, json};

use super::Denied;
use crate::realtime::hub::ChannelId;

/// Calls of one channel are counted from the first one on, for this long.
const WINDOW: Duration = Duration::from_secs(30);

/// A channel's part in presence.
pub struct Tracker {
    pub(super) key: String,
    pub enabled: bool,
    /// When the present count of calls began.
    since: Option<Instant>,
    calls: usize,
}

impl Tracker {
    /// For a member with this key; `enabled` when it wants to see who is there.
    pub fn new(key: String, enabled: bool) -> Self {
        Self {
            key,
            enabled,
            since: None,
            calls: 0,
        }
    }

    /// Counts a call.
    pub(super) fn call(&mut self, now: Instant, limit: usize) -> Result<(), Denied> {
        if self
            .since
            .is_none_or(|since| now.saturating_duration_since(since) > WINDOW)
        {
            self.since = Some(now);
            self.calls = 0;
        }
        if self.calls >= limit {
            return Err(Denied::Ends("Client presence rate limit exceeded"));
        }
        self.calls += 1;
        Ok(())
    }
}

struct Meta {
    channel: ChannelId,
    reference: String,
    previous: Option<String>,
    payload: Map<String, Value>,
}

impl Meta {
    fn json(&self) -> Value {
        let mut meta = self.payload.clone();
        meta.insert("phx_ref".to_owned(), json!(self.reference));
        if let Some(previous) = &self.previous {
            meta.insert("phx_ref_prev".to_owned(), json!(previous));
        }
        Value::Object(meta)
    }
}

/// Joins and leaves by key, as `presence_diff` has them.
#[derive(Debug, Default, PartialEq)]
pub struct Diff {
    pub joins: Map<String, Value>,
    pub leaves: Map<String, Value>,
}

/// The presences of a room: keys, and for each its members' metas.
#[derive(Default)]
pub struct Presence {
    keys: BTreeMap<String, Vec<Meta>>,
}

impl Presence {
    pub(super) fn state(&self) -> Value {
        let keys = self
            .keys
            .iter()
            .map(|(key, metas)| (key.clone(), entry(metas.iter().map(Meta::json))));
        Value::Object(keys.collect())
    }

    /// Whether a member is shown in this way already.
    pub(super) fn shows(&self, channel: ChannelId, payload: &Map<String, Value>) -> bool {
        let mut metas = self.keys.values().flatten();
        metas.any(|meta| meta.channel == channel && meta.payload == *payload)
    }

    /// Sets a member's meta.
    pub(super) fn track(
        &mut self,
        channel: ChannelId,
        key: &str,
        reference: String,
        payload: Map<String, Value>,
    ) -> Diff {
        let metas = self.keys.entry(key.to_owned()).or_default();
        let mut diff = Diff::default();
        let mut meta = Meta {
            channel,
            reference,
            previous: None,
            payload,
        };
        let former = metas.iter_mut().find(|former| former.channel == channel);
        if let Some(former) = former {
            meta.previous = Some(former.reference.clone());
            diff.leaves.insert(key.to_owned(), entry([former.json()]));
            diff.joins.insert(key.to_owned(), entry([meta.json()]));
            *former = meta;
        } else {
            diff.joins.insert(key.to_owned(), entry([meta.json()]));
            metas.push(meta);
        }
        diff
    }

    /// Removes a member's meta, if it has one.
    pub fn remove(&mut self, channel: ChannelId) -> Diff {
        let mut diff = Diff::default();
        self.keys.retain(|key, metas| {
            metas.retain(|meta| {
                if meta.channel == channel {
                    diff.leaves.insert(key.clone(), entry([meta.json()]));
                }
                meta.channel != channel
            });
            !metas.is_empty()
        });
        diff
    }
}

fn entry(metas: impl IntoIterator<Item = Value>) -> Value {
    json!({ "metas": metas.into_iter().collect::<Vec<_>>() })
}
