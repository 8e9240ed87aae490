//! Who is present in a room: tracking, state and diffs.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

use serde_json::{Map, Value, json};

use super::{Address, ChannelId, Hub, Topic};

/// Calls that one channel may make in [`WINDOW`].
const CALLS: usize = 5;
const WINDOW: Duration = Duration::from_secs(30);

/// A channel's part in presence.
pub struct Tracker {
    key: String,
    enabled: bool,
    calls: VecDeque<Instant>,
}

impl Tracker {
    /// For a member with this key; `enabled` when it wants to see who is there.
    pub fn new(key: String, enabled: bool) -> Self {
        Self {
            key,
            enabled,
            calls: VecDeque::new(),
        }
    }

    /// Counts a call; false when it is one too many.
    fn allows(&mut self, now: Instant) -> bool {
        while self
            .calls
            .front()
            .is_some_and(|call| now.duration_since(*call) >= WINDOW)
        {
            self.calls.pop_front();
        }
        self.calls.push_back(now);
        self.calls.len() <= CALLS
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

    /// Sets a member's meta; nothing when it is the same as before.
    fn track(
        &mut self,
        channel: ChannelId,
        key: &str,
        reference: String,
        payload: Map<String, Value>,
    ) -> Option<Diff> {
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
            if former.payload == meta.payload {
                return None;
            }
            meta.previous = Some(former.reference.clone());
            diff.leaves.insert(key.to_owned(), entry([former.json()]));
            diff.joins.insert(key.to_owned(), entry([meta.json()]));
            *former = meta;
        } else {
            diff.joins.insert(key.to_owned(), entry([meta.json()]));
            metas.push(meta);
        }
        Some(diff)
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
    /// Text for a `system` message after which the channel has to end.
    pub fn track(
        &mut self,
        channel: ChannelId,
        payload: Map<String, Value>,
        now: Instant,
    ) -> Result<(), &'static str> {
        let reference = format!("F{:x}", self.next());
        let Some(tracking) = self.channels.get_mut(&channel) else {
            return Ok(());
        };
        if !tracking.tracker.allows(now) {
            return Err("Client presence rate limit exceeded");
        }
        if !tracking.rights.show {
            return Ok(());
        }
        // Whoever shows itself on a private topic sees the others from then on.
        tracking.tracker.enabled = true;
        let (key, topic) = (tracking.tracker.key.clone(), tracking.topic.clone());
        let Some(room) = self.rooms.get_mut(&topic) else {
            return Ok(());
        };
        if let Some(diff) = room.presence.track(channel, &key, reference, payload) {
            self.presence_diff(&topic, diff);
        }
        Ok(())
    }

    /// A member hides itself.
    ///
    /// # Errors
    /// Text for a `system` message after which the channel has to end.
    pub fn untrack(&mut self, channel: ChannelId, now: Instant) -> Result<(), &'static str> {
        let Some(tracking) = self.channels.get_mut(&channel) else {
            return Ok(());
        };
        if !tracking.tracker.allows(now) {
            return Err("Client presence rate limit exceeded");
        }
        let topic = tracking.topic.clone();
        let Some(room) = self.rooms.get_mut(&topic) else {
            return Ok(());
        };
        let diff = room.presence.remove(channel);
        self.presence_diff(&topic, diff);
        Ok(())
    }

    /// Tells a channel who is present.
    pub(super) fn presence_state(&mut self, channel: ChannelId) {
        let (Some(told), Some((socket, address))) =
            (self.channels.get(&channel), self.address(channel))
        else {
            return;
        };
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
            }
        }
    }
}
