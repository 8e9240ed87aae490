//! Becoming a member of a topic.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Address, Channel, ChannelId, Hub, SocketId, presence::Tracker};
use crate::realtime::{binding::Binding, token::Identity};

/// A topic; the private and the public one of a name are two.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Topic {
    /// Name with `realtime:`.
    pub name: String,
    /// Whether policies guard it.
    pub private: bool,
}

/// What a member of a private topic may do there; on a public one, everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// Hear broadcasts.
    pub hear: bool,
    /// Send broadcasts.
    pub speak: bool,
    /// See who is there.
    pub see: bool,
    /// Be seen.
    pub show: bool,
}

impl Rights {
    /// Everything.
    pub const ALL: Self = Self {
        hear: true,
        speak: true,
        see: true,
        show: true,
    };
    /// Nothing.
    pub const NONE: Self = Self {
        hear: false,
        speak: false,
        see: false,
        show: false,
    };
}

/// A join that has been allowed.
#[derive(Debug)]
pub struct Joining {
    /// The topic.
    pub topic: Topic,
    /// `ref` of the join.
    pub reference: Option<String>,
    /// `join_ref` of the join, which marks whatever the server says of this channel.
    pub join_ref: Option<String>,
    /// Who joins.
    pub identity: Arc<Identity>,
    /// What they may do.
    pub rights: Rights,
    /// Whether broadcasts are acknowledged.
    pub ack: bool,
    /// Whether own broadcasts come back.
    pub to_self: bool,
    /// Whether `presence_state` is wanted.
    pub presence: bool,
    /// Key of the member.
    pub key: String,
    /// The bindings as they are echoed.
    pub echo: Vec<Value>,
    /// The bindings as they will live; none when one of them is malformed.
    pub bindings: Arc<[Binding]>,
}

/// Channels that one socket may have.
const CHANNELS: usize = 100;

impl Hub {
    /// Whether a socket has as many channels as it may have; a join of a topic it already has is none more.
    pub fn is_full(&self, socket: SocketId, topic: &str) -> bool {
        let joined = self.sockets.get(&socket).map(|socket| &socket.joined);
        joined.is_some_and(|joined| joined.len() >= CHANNELS && !joined.contains_key(topic))
    }

    /// Joins: closes the socket's former channel of that topic, replies, and tells who is present.
    pub fn join(&mut self, socket: SocketId, joining: Joining) -> Option<ChannelId> {
        if let Some(former) = self.channel(socket, &joining.topic.name) {
            self.close(former);
        }
        let id = ChannelId(self.next());
        let joined = &mut self.sockets.get_mut(&socket)?.joined;
        joined.insert(joining.topic.name.clone(), id);
        self.rooms
            .entry(joining.topic.clone())
            .or_default()
            .members
            .insert(id);
        let Joining {
            topic,
            reference,
            join_ref,
            identity,
            rights,
            ack,
            to_self,
            presence,
            key,
            echo,
            bindings,
        } = joining;
        let address = Address {
            topic: topic.name.clone(),
            reference,
            join_ref: join_ref.clone(),
        };
        let tracker = Tracker::new(key, presence);
        let channel = Channel {
            socket,
            topic,
            join_ref,
            identity,
            rights,
            ack,
            to_self,
            bindings,
            viewer: None,
            tracker,
        };
        self.channels.insert(id, channel);
        self.reply(socket, address, true, &json!({ "postgres_changes": echo }));
        if presence && rights.see {
            self.presence_state(id);
        }
        Some(id)
    }
}
