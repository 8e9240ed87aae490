//! n clients, one server, and the network between them, on a virtual clock.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use sync::{Input, Instant, Kept, Now, Status};

use crate::{
    client::{Client, now_at},
    server::Server,
};

mod net;
mod realtime;

use net::Event;

pub const LATENCY: Duration = Duration::from_millis(20);
/// From the join's reply to the moment when changes flow.
pub const SUBSCRIBING: Duration = Duration::from_millis(1500);

pub struct World {
    pub server: Server,
    pub clients: Vec<Client>,
    pub up: bool,
    lives: u64,
    now: Instant,
    queue: BTreeMap<Instant, VecDeque<Event>>,
}

impl World {
    pub fn new(clients: usize) -> Self {
        let mut world = Self {
            server: Server::new(),
            clients: Vec::new(),
            up: true,
            lives: 0,
            now: Instant(Duration::from_secs(1)),
            queue: BTreeMap::new(),
        };
        for seed in 0..clients {
            world
                .clients
                .push(Client::new(seed as u64 + 1, world.time()));
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

    pub fn time(&self) -> Now {
        now_at(self.now)
    }

    pub fn status(&self, client: usize) -> Status {
        self.clients[client].engine.status(self.time())
    }

    /// The person at `client` does something.
    pub fn act(&mut self, client: usize, act: impl FnOnce(&mut Client, Now)) {
        let now = self.time();
        act(&mut self.clients[client], now);
        self.drain(client);
    }

    /// Something happens to `client`.
    pub fn input(&mut self, client: usize, input: Input) {
        let now = self.time();
        self.clients[client].engine.handle(now, input);
        self.drain(client);
    }

    /// The server goes away; everybody's socket closes.
    pub fn crash(&mut self) {
        self.up = false;
        for client in 0..self.clients.len() {
            self.cut(client);
        }
    }

    /// The socket of one client closes.
    pub fn cut(&mut self, client: usize) {
        self.clients[client].subscribed = false;
        self.clients[client].joined = None;
        if let Some(socket) = self.clients[client].socket.take() {
            self.input(client, Input::SocketClosed(socket));
        }
    }

    /// The app is killed and started again, with what the device has kept.
    pub fn kill(&mut self, client: usize) {
        let now = self.time();
        let kept = std::mem::take(&mut self.clients[client].kept);
        self.lives += 1;
        let texts = kept.iter().map(|(id, text)| Kept {
            id: *id,
            text: text.clone(),
        });
        let texts = texts.collect();
        self.clients[client] = Client::new(1_000 + self.lives, now);
        self.clients[client].kept = kept;
        let unread = self.clients[client].engine.restore(now, texts);
        assert_eq!(unread, []);
        self.drain(client);
    }

    /// The device sleeps: time passes and nothing else.
    pub fn sleep(&mut self, span: Duration) {
        self.now = self.now + span;
    }

    pub fn run(&mut self, seconds: u64) {
        self.run_for(Duration::from_secs(seconds));
    }

    pub fn run_for(&mut self, span: Duration) {
        let end = self.now + span;
        loop {
            let event = self.queue.first_key_value().map(|(at, _)| *at);
            let timer = self
                .clients
                .iter()
                .filter_map(|client| client.engine.next_timeout())
                .min();
            let Some(next) = event.into_iter().chain(timer).min().filter(|at| *at <= end) else {
                break;
            };
            self.now = next.max(self.now);
            while let Some(mut entry) = self
                .queue
                .first_entry()
                .filter(|entry| *entry.key() <= self.now)
            {
                let event = entry.get_mut().pop_front();
                if entry.get().is_empty() {
                    entry.remove();
                }
                if let Some(event) = event {
                    self.happen(event);
                }
            }
            for client in 0..self.clients.len() {
                if self.clients[client]
                    .engine
                    .next_timeout()
                    .is_some_and(|at| at <= self.now)
                {
                    self.input(client, Input::Timeout);
                }
            }
        }
        self.now = end;
    }

    /// Tokens are no longer accepted; refreshing helps.
    pub fn revoke(&mut self) {
        self.server.valid_token = String::new();
    }
}
