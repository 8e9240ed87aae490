//! Who is connected, joined to what, and what they are to be sent; no socket, no clock, no database.
//!
//! Every method puts frames into one list, in order, which [`Hub::drain`] hands over. A frame for a socket
//! that is gone is never made.

mod broadcast;
mod changes;
mod end;
mod join;
mod outgoing;
mod presence;
mod tally;
mod token;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    mem,
    sync::Arc,
    time::Instant,
};

use uuid::Uuid;
use wire::Version;

use self::presence::{Presence, Tracker};
pub use self::{
    broadcast::Cast,
    join::{Full, Joining, Rights, Topic},
    outgoing::{Address, Outgoing},
    presence::Denied,
    tally::Tally,
};
use super::{
    binding::Binding,
    limits::{Limits, Rate},
    token::Identity,
    visibility::{Audience, Viewer},
};

/// A connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId(u64);

/// A membership in a topic; each join makes a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChannelId(u64);

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
    /// Rows of `realtime.messages` that were told again at the join.
    heard: HashSet<Uuid>,
}

#[derive(Default)]
struct Room {
    members: BTreeSet<ChannelId>,
    presence: Presence,
}

/// How often what is limited happens, whoever does it.
struct Rates {
    messages: Rate,
    joins: Rate,
    presence: Rate,
    changes: Rate,
    requests: Rate,
}

/// The registry.
pub struct Hub {
    limits: Limits,
    rates: Rates,
    /// The time by which rates are counted; whoever uses the hub sets it.
    now: Instant,
    last: u64,
    sockets: HashMap<SocketId, Socket>,
    channels: HashMap<ChannelId, Channel>,
    rooms: HashMap<Topic, Room>,
    /// Who listens to the database; made again when that has changed.
    audience: Option<Arc<Audience>>,
    out: Vec<(SocketId, Outgoing)>,
    refusals: tally::Refusals,
}

impl Hub {
    /// A hub without sockets.
    pub fn new(limits: Limits, now: Instant) -> Self {
        Self {
            rates: Rates {
                messages: Rate::new(limits.messages),
                joins: Rate::new(limits.joins),
                presence: Rate::new(limits.presence),
                changes: Rate::new(limits.changes),
                requests: Rate::new(limits.messages),
            },
            limits,
            now,
            last: 0,
            sockets: HashMap::new(),
            channels: HashMap::new(),
            rooms: HashMap::new(),
            audience: None,
            out: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// Sets the clock.
    pub fn at(&mut self, now: Instant) {
        self.now = now;
    }

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

    /// Asks a socket to end, after whatever is on its way.
    pub fn end(&mut self, socket: SocketId, code: u16, reason: &'static str) {
        self.out.push((socket, Outgoing::Close(code, reason)));
    }

    /// Whether a socket has no channel.
    pub fn is_bare(&self, socket: SocketId) -> bool {
        let joined = self.sockets.get(&socket).map(|socket| &socket.joined);
        joined.is_none_or(HashMap::is_empty)
    }

    /// Everyone who is connected.
    pub fn sockets(&self) -> Vec<SocketId> {
        self.sockets.keys().copied().collect()
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

    /// The topic of a channel, while it exists.
    pub fn topic(&self, channel: ChannelId) -> Option<Topic> {
        self.channels
            .get(&channel)
            .map(|channel| channel.topic.clone())
    }

    /// The bindings of a channel; none when it is gone.
    pub fn bindings(&self, channel: ChannelId) -> Arc<[Binding]> {
        self.channels
            .get(&channel)
            .map_or_else(|| [].into(), |channel| channel.bindings.clone())
    }

    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

#[cfg(test)]
impl Default for Hub {
    fn default() -> Self {
        Self::new(Limits::default(), Instant::now())
    }
}

#[cfg(test)]
mod tests;
