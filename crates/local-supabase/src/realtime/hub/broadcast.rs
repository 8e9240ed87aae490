//! Messages from member to member; nothing is kept.

use serde_json::{json, value::RawValue};
use wire::{Frame, Version};

use super::{Address, ChannelId, Hub, Outgoing, Topic};
use crate::realtime::frame::{Encoding, UserBroadcast};

/// A broadcast, in the form in which it arrived.
#[derive(Debug, Clone)]
pub enum Cast {
    /// A text frame's payload, passed on as it is.
    Text(Box<RawValue>),
    /// A binary frame.
    User(UserBroadcast),
}

/// Largest broadcast, in bytes, as the real service has it by default.
const LARGEST: usize = 3_000_500;

impl Cast {
    fn size(&self) -> usize {
        match self {
            Self::Text(payload) => payload.get().len(),
            Self::User(user) => user.payload.len(),
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
        if cast.size() > LARGEST {
            if ack {
                self.reply(socket, address, false, &json!("payload_size_exceeded"));
            }
            return;
        }
        let except = (!speaker.to_self).then_some(channel);
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
        for member in &room.members {
            let Some(channel) = self.channels.get(member) else {
                continue;
            };
            if Some(*member) == except || !channel.rights.hear {
                continue;
            }
            let Some(socket) = self.sockets.get(&channel.socket) else {
                continue;
            };
            if let Some(outgoing) = encode(&topic.name, cast, socket.version) {
                self.out.push((channel.socket, outgoing));
            }
        }
    }
}

/// The frame for a receiver, if its version can hold the broadcast: binary data is not for version 1.
fn encode(topic: &str, cast: &Cast, version: Version) -> Option<Outgoing> {
    let payload = match (cast, version) {
        (Cast::User(user), Version::V2) => return Some(Outgoing::Binary(user.encode(topic)?)),
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
    Some(Outgoing::Text(frame.encode(version)))
}
