//! Who is connected, joined to what, and what they are to be sent; no socket, no clock, no database.
//!
//! Every method puts frames into one list, in order, which [`Hub::drain`] hands over. A frame for a socket
//! that is gone is never made.

mod broadcast;
mod changes;
mod presence;

use std::{
    collections::{BTreeSet, HashMap},
    mem,
    sync::Arc,
};

use serde::Serialize;
use serde_json::{Value, json};
use wire::{Frame, Version, join::System};

pub use self::broadcast::Cast;
use self::presence::{Presence, Tracker};
use super::{binding::Binding, token::Identity, visibility::Viewer};

/// A connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId(u64);

/// A membership in a topic; each join makes a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChannelId(u64);

/// What is written to a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// A text frame.
    Text(String),
    /// A binary frame.
    Binary(Vec<u8>),
}

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
}

/// A join that has been allowed.
#[derive(Debug)]
pub struct Joining {
    /// The topic.
    pub topic: Topic,
    /// `ref` of the join.
    pub reference: Option<String>,
    /// `join_ref` of the join.
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

struct Socket {
    version: Version,
    joined: HashMap<String, ChannelId>,
}

struct Channel {
    socket: SocketId,
    topic: Topic,
    join_ref: Option<String>,
    identity: Arc<Identity>,
    rights: Rights,
    ack: bool,
    to_self: bool,
    bindings: Arc<[Binding]>,
    /// On whose behalf the bindings look at rows; nobody until they live.
    viewer: Option<Arc<Viewer>>,
    tracker: Tracker,
}

#[derive(Default)]
struct Room {
    members: BTreeSet<ChannelId>,
    presence: Presence,
}

/// The registry.
#[derive(Default)]
pub struct Hub {
    last: u64,
    sockets: HashMap<SocketId, Socket>,
    channels: HashMap<ChannelId, Channel>,
    rooms: HashMap<Topic, Room>,
    out: Vec<(SocketId, Outgoing)>,
}

/// Channels that one socket may have.
const CHANNELS: usize = 100;

impl Hub {
    /// A socket has opened.
    pub fn connect(&mut self, version: Version) -> SocketId {
        let id = SocketId(self.next());
        self.sockets.insert(
            id,
            Socket {
                version,
                joined: HashMap::new(),
            },
        );
        id
    }

    /// A socket is gone, and its channels with it; others see its presences leave.
    pub fn disconnect(&mut self, socket: SocketId) {
        let Some(gone) = self.sockets.remove(&socket) else {
            return;
        };
        for channel in gone.joined.into_values() {
            self.forget(channel);
        }
    }

    /// Takes what is to be sent.
    pub fn drain(&mut self) -> Vec<(SocketId, Outgoing)> {
        mem::take(&mut self.out)
    }

    /// The channel that a socket has on a topic.
    pub fn channel(&self, socket: SocketId, topic: &str) -> Option<ChannelId> {
        self.sockets.get(&socket)?.joined.get(topic).copied()
    }

    /// Who a channel speaks for, while it exists.
    pub fn identity(&self, channel: ChannelId) -> Option<Arc<Identity>> {
        self.channels
            .get(&channel)
            .map(|channel| channel.identity.clone())
    }

    /// The topic of a channel, and whether it wants to see who is there, while it exists.
    pub fn topic(&self, channel: ChannelId) -> Option<(Topic, bool)> {
        self.channels
            .get(&channel)
            .map(|channel| (channel.topic.clone(), channel.tracker.enabled))
    }

    /// The bindings of a channel; none when it is gone.
    pub fn bindings(&self, channel: ChannelId) -> Arc<[Binding]> {
        self.channels
            .get(&channel)
            .map_or_else(|| [].into(), |channel| channel.bindings.clone())
    }

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
        self.channels.insert(
            id,
            Channel {
                socket,
                topic: topic.clone(),
                join_ref: join_ref.clone(),
                identity,
                rights,
                ack,
                to_self,
                bindings,
                viewer: None,
                tracker: Tracker::new(key, presence),
            },
        );
        let response = json!({ "postgres_changes": echo });
        self.reply(socket, &topic.name, reference, join_ref, true, &response);
        if presence && rights.see {
            self.presence_state(id);
        }
        Some(id)
    }

    /// Leaves a topic; leaving what was never joined is fine, too.
    pub fn leave(&mut self, socket: SocketId, frame: &Frame) {
        let (reference, join_ref) = (frame.reference.clone(), frame.join_ref.clone());
        self.reply(socket, &frame.topic, reference, join_ref, true, &json!({}));
        if let Some(channel) = self.channel(socket, &frame.topic) {
            self.close(channel);
        }
    }

    /// Ends a channel in an orderly way.
    pub fn close(&mut self, channel: ChannelId) {
        let Some(closing) = self.channels.get(&channel) else {
            return;
        };
        let (socket, topic, join_ref) = (
            closing.socket,
            closing.topic.name.clone(),
            closing.join_ref.clone(),
        );
        self.forget(channel);
        if let Some(socket) = self.sockets.get_mut(&socket) {
            socket.joined.remove(&topic);
        }
        self.send(
            socket,
            &topic,
            "phx_close",
            join_ref.clone(),
            join_ref,
            &json!({}),
        );
    }

    /// Ends a channel with the reason in a `system` message before.
    pub fn fail(&mut self, channel: ChannelId, message: &str) {
        self.system(channel, "system", false, message);
        self.close(channel);
    }

    /// Tells a channel something about itself.
    pub fn system(&mut self, channel: ChannelId, extension: &str, ok: bool, message: &str) {
        let Some(told) = self.channels.get(&channel) else {
            return;
        };
        let (socket, topic, join_ref) =
            (told.socket, told.topic.name.clone(), told.join_ref.clone());
        let system = System {
            extension: extension.to_owned(),
            status: if ok {
                wire::join::Status::Ok
            } else {
                wire::join::Status::Error
            },
            message: message.to_owned(),
            channel: Some(topic.strip_prefix("realtime:").unwrap_or(&topic).to_owned()),
        };
        self.send(socket, &topic, "system", None, join_ref, &system);
    }

    /// Replaces whom a channel speaks for; its bindings go on looking for the former until they are
    /// subscribed anew.
    pub fn renew(&mut self, channel: ChannelId, identity: Arc<Identity>, rights: Rights) {
        if let Some(channel) = self.channels.get_mut(&channel) {
            channel.identity = identity;
            channel.rights = rights;
        }
    }

    /// Closes a channel whose token has ended; returns when to look again, in seconds since 1970.
    pub fn expire(&mut self, channel: ChannelId, now: u64) -> Option<u64> {
        let exp = self.channels.get(&channel)?.identity.exp;
        if exp > now {
            return Some(exp);
        }
        self.fail(
            channel,
            &format!("Token has expired {} seconds ago", now - exp),
        );
        None
    }

    /// Answers a push.
    pub fn reply(
        &mut self,
        socket: SocketId,
        topic: &str,
        reference: Option<String>,
        join_ref: Option<String>,
        ok: bool,
        response: &Value,
    ) {
        let status = if ok { "ok" } else { "error" };
        let payload = json!({ "status": status, "response": response });
        self.send(socket, topic, "phx_reply", reference, join_ref, &payload);
    }

    fn send(
        &mut self,
        socket: SocketId,
        topic: &str,
        event: &str,
        reference: Option<String>,
        join_ref: Option<String>,
        payload: &impl Serialize,
    ) {
        let Some(version) = self.sockets.get(&socket).map(|socket| socket.version) else {
            return;
        };
        let Ok(mut frame) = Frame::new(topic, event, payload) else {
            return;
        };
        frame.reference = reference;
        // The object form has no such key on the way to the client.
        frame.join_ref = if version == Version::V1 {
            None
        } else {
            join_ref
        };
        self.out
            .push((socket, Outgoing::Text(frame.encode(version))));
    }

    /// Removes a channel without a word to it; the others in the room see its presence leave.
    fn forget(&mut self, channel: ChannelId) {
        let Some(gone) = self.channels.remove(&channel) else {
            return;
        };
        let Some(room) = self.rooms.get_mut(&gone.topic) else {
            return;
        };
        room.members.remove(&channel);
        let diff = room.presence.remove(channel);
        if room.members.is_empty() {
            self.rooms.remove(&gone.topic);
        } else {
            self.presence_diff(&gone.topic, diff);
        }
    }

    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

#[cfg(test)]
mod tests;
