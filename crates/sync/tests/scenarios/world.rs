//! n clients, one server, and the network between them, on a virtual clock.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use serde_json::{Value, json};
use sync::{Input, Instant, Kept, Now, Output, Request, RequestId, Response, SocketId, Status};

use super::{
    client::{Client, now_at},
    server::{Committed, Server},
};

pub const LATENCY: Duration = Duration::from_millis(20);
/// From the join's reply to the moment when changes flow.
pub const SUBSCRIBING: Duration = Duration::from_millis(1500);

enum Event {
    Input(usize, Input),
    Frame(usize, SocketId, Value),
    Arrive(usize, Request),
    Subscribe(usize, SocketId, Value),
}

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

    /// Lets the held requests of a client pass.
    pub fn release(&mut self, client: usize) {
        self.clients[client].hold_requests = false;
        for request in std::mem::take(&mut self.clients[client].held) {
            self.later(LATENCY, Event::Arrive(client, request));
        }
    }

    /// Sends a frame of the server to a client.
    pub fn server_says(&mut self, client: usize, event: &str, payload: Value) {
        let Some(socket) = self.clients[client].socket else {
            return;
        };
        let join_ref = self.clients[client].joined.clone();
        let frame = json!([join_ref, null, "realtime:world", event, payload]);
        self.later(
            LATENCY,
            Event::Input(client, Input::Frame(socket, frame.to_string())),
        );
    }

    /// The server says "subscribed" once more.
    pub fn says_subscribed(&mut self, client: usize) {
        if self.clients[client].subscribed {
            self.server_says(client, "system", subscribed());
        }
    }

    /// Tokens are no longer accepted; refreshing helps.
    pub fn revoke(&mut self) {
        self.server.valid_token = String::new();
    }

    fn later(&mut self, span: Duration, event: Event) {
        self.queue
            .entry(self.now + span)
            .or_default()
            .push_back(event);
    }

    fn drain(&mut self, client: usize) {
        while let Some(output) = self.clients[client].engine.poll_output() {
            match output {
                Output::OpenSocket(socket) => {
                    self.clients[client].socket = self.up.then_some(socket);
                    let news = if self.up {
                        Input::SocketOpened(socket)
                    } else {
                        Input::SocketClosed(socket)
                    };
                    self.later(LATENCY, Event::Input(client, news));
                }
                Output::CloseSocket(socket) => {
                    if self.clients[client].socket == Some(socket) {
                        self.clients[client].socket = None;
                        self.clients[client].joined = None;
                        self.clients[client].subscribed = false;
                        self.clients[client].half_open = false;
                    }
                }
                Output::Send(socket, text) => {
                    let frame = serde_json::from_str(&text).unwrap();
                    self.later(LATENCY, Event::Frame(client, socket, frame));
                }
                Output::Request(request) if self.clients[client].hold_requests => {
                    self.clients[client].held.push(request);
                }
                Output::Request(request) => self.later(LATENCY, Event::Arrive(client, request)),
                Output::SaveSession(_) => {}
                Output::Keep(kept) => {
                    self.clients[client].kept.insert(kept.id, kept.text);
                }
                Output::Forget(id) => {
                    self.clients[client].kept.remove(&id);
                }
            }
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Input(client, Input::Frame(..)) if self.clients[client].half_open => {}
            Event::Input(client, input) => self.input(client, input),
            Event::Frame(client, socket, frame) => {
                if self.clients[client].socket == Some(socket) && !self.clients[client].half_open {
                    self.on_frame(client, socket, &frame);
                }
            }
            Event::Arrive(client, request) => self.on_request(client, &request),
            Event::Subscribe(client, socket, join_ref) => {
                if self.clients[client].socket == Some(socket)
                    && self.clients[client].joined == Some(join_ref)
                {
                    self.clients[client].subscribed = true;
                    self.server_says(client, "system", subscribed());
                }
            }
        }
    }

    fn on_frame(&mut self, client: usize, socket: SocketId, frame: &Value) {
        let reply = |response: Value| json!([frame[0], frame[1], frame[2], "phx_reply", {"status": "ok", "response": response}]);
        let answer = match frame[3].as_str().unwrap() {
            "phx_join" => {
                self.clients[client].joined = Some(frame[0].clone());
                self.clients[client].subscribed = false;
                self.later(
                    SUBSCRIBING,
                    Event::Subscribe(client, socket, frame[0].clone()),
                );
                reply(json!({"postgres_changes": []}))
            }
            "heartbeat" | "presence" => reply(json!({})),
            _ => return,
        };
        self.later(
            LATENCY,
            Event::Input(client, Input::Frame(socket, answer.to_string())),
        );
    }

    fn on_request(&mut self, client: usize, request: &Request) {
        if !self.up {
            return self.respond(client, request.id, None);
        }
        let (response, committed) = self.server.answer(self.time().wall, request);
        self.publish(&committed);
        let write = request.prefer.is_some();
        let lost = write && std::mem::take(&mut self.clients[client].lose_next_answer);
        self.respond(client, request.id, (!lost).then_some(response));
    }

    fn respond(&mut self, client: usize, id: RequestId, response: Option<Response>) {
        self.later(LATENCY, Event::Input(client, Input::Response(id, response)));
    }

    fn publish(&mut self, committed: &[Committed]) {
        for change in committed {
            let columns: Vec<Value> = change
                .record
                .iter()
                .flatten()
                .map(|(name, _)| json!({"name": name, "type": "text"}))
                .collect();
            let mut data = json!({
                "schema": "public", "table": change.table, "type": change.kind,
                "commit_timestamp": "2026-01-01T00:00:00.000Z", "columns": columns, "errors": null,
            });
            if let Some(record) = &change.record {
                data["record"] = json!(record);
            } else {
                data["old_record"] = json!(change.key);
            }
            let frame = json!([null, null, "realtime:world", "postgres_changes", {"ids": [1], "data": data}]);
            for client in 0..self.clients.len() {
                let Some(socket) = self.clients[client]
                    .socket
                    .filter(|_| self.clients[client].subscribed)
                else {
                    continue;
                };
                self.later(
                    LATENCY,
                    Event::Input(client, Input::Frame(socket, frame.to_string())),
                );
            }
        }
    }
}

fn subscribed() -> Value {
    json!({
        "extension": "postgres_changes", "status": "ok",
        "message": "Subscribed to PostgreSQL", "channel": "world",
    })
}
