//! Who is present in a room: tracking, state and diffs.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde_json::{Map, Value, json};

use super::{Address, ChannelId, Hub, Topic};

/// Calls of one channel are counted from the first one on, for this long.
const WINDOW: Duration = Duration::from_secs(30);
const TOO_MANY: &str = "Too many presence messages per second";

/// Why a member is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// What it wants to show is no object.
    NotAMap,
    /// The policies do not allow it.
    Unauthorized,
    /// The channel has to end, with this text in a `system` message before.
    Ends(&'static str),
}

/// A channel's part in presence.
pub struct Tracker {
    key: String,
    pub(super) enabled: bool,
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
    fn call(&mut self, now: Instant, limit: usize) -> Result<(), Denied> {
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
    joins: Map<String, Value>,
    leaves: Map<String, Value>,
}

/// The presences of a room: keys, and for each its members' metas.
#[derive(Default)]
pub struct Presence {
    keys: BTreeMap<String, Vec<Meta>>,
}

impl Presence {
    fn state(&self) -> Value {
        let keys = self
            .keys
            .iter()
            .map(|(key, metas)| (key.clone(), entry(metas.iter().map(Meta::json))));
        Value::Object(keys.collect())
    }

    /// Whether a member is shown in this way already.
    fn shows(&self, channel: ChannelId, payload: &Map<String, Value>) -> bool {
        let mut metas = self.keys.values().flatten();
        metas.any(|meta| meta.channel == channel && meta.payload == *payload)
    }

    /// Sets a member's meta.
    fn track(
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

impl Hub {
    /// A member shows itself, or changes how.
    ///
    /// # Errors
    /// Why not.
    pub fn track(&mut self, channel: ChannelId, payload: &Value) -> Result<(), Denied> {
        let reference = format!("F{:x}", self.next());
        let Some(tracking) = self.channels.get_mut(&channel) else {
            return Ok(());
        };
        tracking
            .tracker
            .call(self.now, self.limits.presence_calls)?;
        if !tracking.rights.show {
            return Err(Denied::Unauthorized);
        }
        let Value::Object(payload) = payload else {
            return Err(Denied::NotAMap);
        };
        let (key, topic) = (tracking.tracker.key.clone(), tracking.topic.clone());
        let Some(room) = self.rooms.get_mut(&topic) else {
            return Ok(());
        };
        if room.presence.shows(channel, payload) {
            return Ok(());
        }
        if json!(payload).to_string().len() > self.limits.payload {
            return Err(Denied::Ends("Track message size exceeded"));
        }
        if self.rates.presence.is_exceeded(self.now, 0) {
            return Err(Denied::Ends(TOO_MANY));
        }
        self.rates.presence.add(self.now, 1);
        // Whoever shows itself on a private topic sees the others from then on.
        tracking.tracker.enabled = true;
        let diff = room
            .presence
            .track(channel, &key, reference, payload.clone());
        self.presence_diff(&topic, diff);
        Ok(())
    }

    /// A member hides itself.
    ///
    /// # Errors
    /// Why the channel has to end.
    pub fn untrack(&mut self, channel: ChannelId) -> Result<(), Denied> {
        self.presence_call(channel)?;
        let Some(topic) = self.topic(channel) else {
            return Ok(());
        };
        if let Some(room) = self.rooms.get_mut(&topic) {
            let diff = room.presence.remove(channel);
            self.presence_diff(&topic, diff);
        }
        Ok(())
    }

    /// Counts a member's call that does nothing else.
    ///
    /// # Errors
    /// Why the channel has to end.
    pub fn presence_call(&mut self, channel: ChannelId) -> Result<(), Denied> {
        let limit = self.limits.presence_calls;
        match self.channels.get_mut(&channel) {
            Some(calling) => calling.tracker.call(self.now, limit),
            None => Ok(()),
        }
    }

    /// Tells a channel who is present.
    pub(super) fn presence_state(&mut self, channel: ChannelId) {
        let (Some(told), Some((socket, address))) =
            (self.channels.get(&channel), self.address(channel))
        else {
            return;
        };
        if self.rates.presence.is_exceeded(self.now, 0) {
            return self.fail(channel, TOO_MANY);
        }
        self.rates.presence.add(self.now, 1);
        let state = self
            .rooms
            .get(&told.topic)
            .map_or_else(|| json!({}), |room| room.presence.state());
        self.send(socket, address, "presence_state", &state);
    }

    /// Tells a room what has changed: on a public topic everybody, on a private one those who asked and may.
    pub(super) fn presence_diff(&mut self, topic: &Topic, diff: Diff) {
        if diff == Diff::default() {
            return;
        }
        let payload = json!({ "joins": diff.joins, "leaves": diff.leaves });
        let members = self
            .rooms
            .get(topic)
            .map(|room| room.members.clone())
            .unwrap_or_default();
        for member in members {
            let Some(channel) = self.channels.get(&member) else {
                continue;
            };
            if !topic.private || (channel.rights.see && channel.tracker.enabled) {
                let socket = channel.socket;
                let address = Address {
                    topic: topic.name.clone(),
                    reference: None,
                    join_ref: None,
                };
                self.send(socket, address, "presence_diff", &payload);
                self.rates.presence.add(self.now, 1);
            }
        }
    }
}
