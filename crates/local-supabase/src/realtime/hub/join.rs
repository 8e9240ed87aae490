//! Becoming a member of a topic.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Address, Cast, Channel, ChannelId, Hub, SocketId, presence::Tracker};
use crate::realtime::{
    binding::Binding,
    replay::{Former, Told},
    token::Identity,
};

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
    /// Former broadcasts that it hears first.
    pub replayed: Vec<Former>,
}

/// Why a join has to be refused, whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// Too many clients.
    Clients,
    /// Too many joins; the socket has to end, too.
    Joins,
    /// Too many channels of this socket.
    Channels,
}

impl Full {
    /// The text for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::Clients => "Too many connected users",
            Self::Joins => "Too many joins per second",
            Self::Channels => "Too many channels",
        }
    }

    /// The reason of a refused join: a code, then the text.
    pub fn reason(self) -> String {
        let code = match self {
            Self::Clients => "ConnectionRateLimitReached",
            Self::Joins => "ClientJoinRateLimitReached",
            Self::Channels => "ChannelRateLimitReached",
        };
        format!("{code}: {}", self.text())
    }
}

impl Hub {
    /// Whether one more client would be too many, or one more join.
    ///
    /// # Errors
    /// What there is too much of.
    pub fn admits(&mut self) -> Result<(), Full> {
        let clients = self
            .sockets
            .values()
            .filter(|socket| !socket.joined.is_empty());
        if self
            .limits
            .clients
            .is_some_and(|limit| clients.count() >= limit)
        {
            return Err(Full::Clients);
        }
        if self.rates.joins.is_exceeded(self.now, 0) {
            return Err(Full::Joins);
        }
        Ok(())
    }

    /// Counts a join, and says whether the socket may have it; a topic it already has is no channel more.
    ///
    /// # Errors
    /// What there is too much of.
    pub fn may_join(&mut self, socket: SocketId, topic: &str) -> Result<(), Full> {
        let Some(joined) = self.sockets.get(&socket).map(|socket| &socket.joined) else {
            return Ok(());
        };
        let many = joined.len() >= self.limits.channels && !joined.contains_key(topic);
        match self.admits() {
            // Whoever has a channel already is counted.
            Err(Full::Clients) if !self.sockets[&socket].joined.is_empty() => {}
            other => other?,
        }
        if self.rates.joins.is_exceeded(self.now, 0) {
            return Err(Full::Joins);
        }
        self.rates.joins.add(self.now, 1);
        if many { Err(Full::Channels) } else { Ok(()) }
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
            replayed,
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
            heard: replayed.iter().map(|former| former.id).collect(),
        };
        self.channels.insert(id, channel);
        self.reply(socket, address, true, &json!({ "postgres_changes": echo }));
        for former in replayed {
            match (former.told, self.address(id)) {
                (Told::Json(message), Some((socket, address))) => {
                    self.send(socket, address, "broadcast", &message);
                }
                (Told::Bytes(user), Some(_)) => self.tell(id, &Cast::User(user)),
                (Told::Json(_) | Told::Bytes(_), None) => {}
            }
        }
        if presence && rights.see {
            self.presence_state(id);
        }
        Some(id)
    }
}
