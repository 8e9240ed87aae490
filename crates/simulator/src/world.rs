//! n clients, one server, and the network between them, on a virtual clock.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use sync::{Input, Instant, Kept, Now, Status};

use crate::{
    client::{Client, now_at},
    dice::Dice,
    page::Looker,
    server::{Committed, Server},
};

mod by_hand;
mod clock;
mod faults;
mod keeping;
mod net;
mod realtime;
mod requests;
mod tabs;

use net::Event;
pub use net::TOLD;
use requests::Work;

/// One way of anything through a calm network.
pub const LATENCY: Duration = Duration::from_millis(20);
/// From the join's reply to the moment when changes flow.
pub const SUBSCRIBING: Duration = Duration::from_millis(1500);

/// Everything there is.
pub struct World {
    pub server: Server,
    pub clients: Vec<Client>,
    /// Whether the server answers.
    pub up: bool,
    /// What was seen that must never be.
    pub broken: Option<String>,
    /// Whether the stream has left something out without a word.
    pub lossy: bool,
    /// What has been shown of notes on each device: key, column, text.
    read: BTreeSet<(String, String, String, String)>,
    watched: bool,
    /// Nothing takes very long any more.
    healed: bool,
    /// Decides delays; in a calm world all are the same.
    dice: Option<Dice>,
    /// The tab of a device and a person that has the socket for all of theirs.
    hosts: BTreeMap<(String, String), usize>,
    lives: u64,
    now: Instant,
    queue: BTreeMap<Instant, VecDeque<Event>>,
    /// Requests in a transaction, by its name.
    work: BTreeMap<u64, Work>,
    /// Those that wait for a lock, in order.
    blocked: Vec<u64>,
    /// The next write takes so long to execute, and to commit.
    slow_next_write: Option<(Duration, Duration)>,
    /// So many requests are answered with this status.
    busy: Option<(u32, u16)>,
    /// Committed, and not yet read by the poller of the change stream.
    wal: Vec<Committed>,
    /// Until then what the poller reads is sent to nobody.
    muted_until: Instant,
    /// So many records are cut down for their size.
    cut_down: u32,
    /// Counted, for replays: what happened, folded into a number.
    trace: u64,
}

impl World {
    fn empty(dice: Option<Dice>) -> Self {
        Self {
            server: Server::new(),
            clients: Vec::new(),
            up: true,
            broken: None,
            lossy: false,
            read: BTreeSet::new(),
            watched: dice.is_some(),
            healed: false,
            dice,
            hosts: BTreeMap::new(),
            lives: 0,
            now: Instant(Duration::from_secs(1)),
            queue: BTreeMap::new(),
            work: BTreeMap::new(),
            blocked: Vec::new(),
            slow_next_write: None,
            busy: None,
            wal: Vec::new(),
            muted_until: Instant::default(),
            cut_down: 0,
            trace: 0xCBF2_9CE4_8422_2325,
        }
    }

    /// Tabs of one person in a calm world.
    pub fn new(clients: usize) -> Self {
        let mut world = Self::empty(None);
        for seed in 0..clients {
            let client = Client::new(seed as u64 + 1, world.time());
            world.clients.push(client);
            world.drain(seed);
        }
        world
    }

    /// All clients live.
    pub fn live(clients: usize) -> Self {
        let mut world = Self::new(clients);
        world.run(5);
        for client in 0..clients {
            assert_eq!(world.status(client), Status::Live);
        }
        world
    }

    /// A world in which chance decides delays, and every page is watched: a tab for each pair of a
    /// person and a device.
    pub fn rough(dice: Dice, lifetime: u64, tabs: &[(&str, &str)]) -> Self {
        let mut world = Self::empty(Some(dice));
        world.server.lifetime = lifetime;
        let wall = world.time().wall;
        for (index, (user, device)) in tabs.iter().enumerate() {
            let shared = world.clients.iter().find(|client| client.device == *device);
            let session = match shared.map(|client| client.session.clone()) {
                Some(session) => session,
                None => world.server.sign_in(wall, user, device),
            };
            let client = Client::of(index as u64 + 1, device, session);
            world.clients.push(client);
            let now = world.time_of(index);
            world.clients[index].engine.start(now, true);
            world.drain(index);
        }
        world
    }

    /// The status that a client shows.
    pub fn status(&self, client: usize) -> Status {
        self.clients[client].engine.status(self.time_of(client))
    }

    /// The person at `client` does something.
    pub fn act(&mut self, client: usize, act: impl FnOnce(&mut Client, Now)) {
        let now = self.time_of(client);
        act(&mut self.clients[client], now);
        self.drain(client);
        self.look(client, true);
    }

    /// Something happens to `client`.
    pub fn input(&mut self, client: usize, input: Input) {
        if self.clients[client].asleep.is_some() {
            self.clients[client].backlog.push_back(input);
            return;
        }
        if matches!(input, Input::Guest(..)) && !self.is_host(client) {
            return;
        }
        self.note(&(client, &input));
        let now = self.time_of(client);
        self.clients[client].engine.handle(now, input);
        self.drain(client);
        self.look(client, false);
    }

    /// The app is killed and started again, with what the device has kept.
    pub fn kill(&mut self, client: usize) {
        self.lives += 1;
        let old = &mut self.clients[client];
        let (kept, session) = (std::mem::take(&mut old.kept), old.session.clone());
        let rows = old.rows.take();
        let mut new = Client::of(1_000 + self.lives, &old.device.clone(), session);
        (new.life, new.offline, new.slept) = (self.lives, old.offline, old.slept);
        if old.user == "me" {
            new = Client::new(1_000 + self.lives, now_at(self.now));
            new.life = self.lives;
        }
        self.clients[client] = new;
        self.on_ended(client);
        if self.clients[client].user != "me" {
            let now = self.time_of(client);
            let online = !self.clients[client].offline;
            self.clients[client].engine.start(now, online);
        }
        self.restore(client, kept);
        self.remember(client, rows);
    }

    /// Takes writes in that the device has kept.
    pub fn restore(&mut self, client: usize, kept: BTreeMap<sync::WriteId, String>) {
        let texts = kept.iter().map(|(id, text)| Kept {
            id: *id,
            text: text.clone(),
        });
        let texts = texts.collect();
        self.clients[client].kept.extend(kept);
        let now = self.time_of(client);
        let unread = self.clients[client].engine.restore(now, texts);
        assert_eq!(unread, []);
        self.drain(client);
        self.look(client, true);
    }

    /// Compares a page with its engine and with what the server has said.
    fn look(&mut self, client: usize, acted: bool) {
        if !self.watched || self.broken.is_some() {
            return;
        }
        let client_index = client;
        let client = &mut self.clients[client];
        let looker = Looker {
            server: &self.server,
            user: &client.user,
            kept: &client.kept,
            floor: &client.floor,
            acted,
        };
        if let Err(what) = client.pages.look(&mut client.engine, &looker) {
            self.broken = Some(format!("client {client_index}: {what}"));
        }
        for (key, column, text) in client.pages.read.drain(..) {
            let text = text.to_string();
            self.read.insert((client.device.clone(), key, column, text));
        }
    }
}
