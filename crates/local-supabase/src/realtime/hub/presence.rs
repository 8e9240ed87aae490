//! Who is present in a room: tracking, state and diffs.

mod room;

use serde_json::{Value, json};

use self::room::Diff;
pub use self::room::{Presence, Tracker};
use super::{Address, ChannelId, Hub, Topic};

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
