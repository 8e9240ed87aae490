//! Messages to the members of a topic; nothing is kept.

use serde_json::{json, value::RawValue};
use wire::{Frame, Version};

use super::{Address, Channel, ChannelId, Hub, Outgoing, Topic};
use crate::realtime::{
    frame::{Encoding, UserBroadcast, broadcast},
    rates::Usage,
};

/// A broadcast, in the form in which it arrived.
#[derive(Debug, Clone)]
pub enum Cast {
    /// A text frame's payload, passed on as it is.
    Text(Box<RawValue>),
    /// A binary frame.
    User(UserBroadcast),
    /// Bytes without a name.
    Bytes(Vec<u8>),
}

impl Cast {
    fn size(&self) -> usize {
        match self {
            Self::Text(payload) => payload.get().len(),
            Self::User(user) => user.payload.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

impl Channel {
    /// Whether a broadcast was among those that were told again at the join.
    fn has_heard(&self, cast: &Cast) -> bool {
        match cast {
            Cast::User(user) => user.kept.is_some_and(|kept| self.heard.contains(&kept.id)),
            Cast::Text(_) | Cast::Bytes(_) => false,
        }
    }
}

impl Hub {
    /// A member speaks. Answers an acknowledgement if the channel has asked for them.
    pub fn broadcast(&mut self, channel: ChannelId, cast: &Cast, address: Address) {
        let Some(speaker) = self.channels.get(&channel) else {
            return;
        };
        // Without the right to speak there is no answer at all, as in the real service.
        if !speaker.rights.speak {
            return;
        }
        let (socket, topic, ack) = (speaker.socket, speaker.topic.clone(), speaker.ack);
        let except = (!speaker.to_self).then_some(channel);
        self.rates.messages.add(self.now, 1);
        if cast.size() > self.limits.payload {
            if ack {
                self.reply(socket, address, false, &json!("payload_size_exceeded"));
            }
            return;
        }
        self.cast(&topic, except, cast);
        if ack {
            self.reply(socket, address, true, &json!({}));
        }
    }

    /// Sends to everybody in a room but one.
    pub fn cast(&mut self, topic: &Topic, except: Option<ChannelId>, cast: &Cast) {
        let Some(room) = self.rooms.get(topic) else {
            return;
        };
        let mut weary = Vec::new();
        for member in &room.members {
            let Some(channel) = self.channels.get(member) else {
                continue;
            };
            if Some(*member) == except || !channel.rights.hear || channel.has_heard(cast) {
                continue;
            }
            let Some(socket) = self.sockets.get(&channel.socket) else {
                continue;
            };
            if let Some(outgoing) = encode(&topic.name, cast, socket.version) {
                self.out.push((channel.socket, outgoing));
                self.rates.messages.add(self.now, 1);
                if self.rates.messages.is_exceeded(self.now, 0) {
                    weary.push(*member);
                }
            }
        }
        // Too much is too much for those who hear it, not for who says it.
        for member in weary {
            self.fail(member, "Too many messages per second");
        }
    }

    /// Sends to one member alone, if its version can hold it.
    pub(super) fn tell(&mut self, member: ChannelId, cast: &Cast) {
        let Some(channel) = self.channels.get(&member) else {
            return;
        };
        let version = self.sockets.get(&channel.socket);
        let version = version.map(|socket| socket.version);
        if let Some(outgoing) =
            version.and_then(|version| encode(&channel.topic.name, cast, version))
        {
            self.out.push((channel.socket, outgoing));
        }
    }

    /// Counts a request that came by HTTP; nothing when there is no limit.
    pub fn request(&mut self) -> Option<Usage> {
        let limit = self.limits.messages?;
        let now = self.rates.requests.average(self.now);
        self.rates.requests.add(self.now, 1);
        Some(Usage {
            now,
            limit: u64::from(limit),
        })
    }

    /// Whether so many more broadcasts may come by HTTP.
    ///
    /// # Errors
    /// The text of the refusal.
    pub fn may_post(&mut self, messages: u64) -> Result<(), &'static str> {
        if self.rates.messages.is_exceeded(self.now, 0) {
            return Err("You have exceeded your rate limit");
        }
        if messages > 1 && self.rates.messages.is_exceeded(self.now, messages) {
            return Err("Too many messages to broadcast, please reduce the batch size");
        }
        Ok(())
    }

    /// Sends what the database broadcasts; what is too large or too much reaches nobody.
    ///
    /// # Errors
    /// Why it does not, for people who look after the server.
    pub fn relay(&mut self, topic: &Topic, cast: &Cast) -> Result<(), &'static str> {
        if !self.holds(cast.size()) {
            return Err("its payload is too large");
        }
        if self.rates.messages.is_exceeded(self.now, 0) {
            return Err("there are too many messages per second");
        }
        self.post(topic, cast);
        Ok(())
    }

    /// Whether a broadcast of so many bytes may come by HTTP.
    pub fn holds(&self, bytes: usize) -> bool {
        bytes <= self.limits.payload
    }

    /// Sends to everybody in a room, and counts it as somebody's message.
    pub fn post(&mut self, topic: &Topic, cast: &Cast) {
        self.rates.messages.add(self.now, 1);
        self.cast(topic, None, cast);
    }
}

/// The frame for a receiver, if its version can hold the broadcast: binary data is not for version 1.
fn encode(topic: &str, cast: &Cast, version: Version) -> Option<Outgoing> {
    let payload = match (cast, version) {
        (Cast::User(user), Version::V2) => return Some(Outgoing::Binary(user.encode(topic)?)),
        (Cast::Bytes(bytes), Version::V2) => {
            return Some(Outgoing::Binary(broadcast(topic, "broadcast", bytes)?));
        }
        (Cast::Bytes(_), Version::V1) => return None,
        (Cast::User(user), Version::V1) => match user.encoding {
            Encoding::Binary => return None,
            Encoding::Json => user.as_text()?,
        },
        (Cast::Text(payload), Version::V1 | Version::V2) => payload.clone(),
    };
    let frame = Frame {
        join_ref: None,
        reference: None,
        topic: topic.to_owned(),
        event: "broadcast".to_owned(),
        payload,
    };
    Some(Outgoing::Text(frame.encode(version).into()))
}
