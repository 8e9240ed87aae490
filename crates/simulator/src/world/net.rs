//! The network: what is under way, how long it takes, and what happens when it arrives.

use std::{
    fmt::Debug,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use serde_json::Value;
use sync::{Input, Instant, Output, Request, SocketId};

use super::{LATENCY, World};

/// Whether everything that happens is printed.
pub static TOLD: AtomicBool = AtomicBool::new(false);

/// Something that happens later.
#[derive(Debug)]
pub(super) enum Event {
    /// News for a tab in one of its lives.
    Input(usize, u64, Input),
    /// A frame of a tab in one of its lives reaches the server.
    Frame(usize, u64, SocketId, Value),
    /// A request reaches the server.
    Arrive(usize, u64, Request),
    /// Changes begin to flow to a membership.
    Subscribe(usize, u64, SocketId, Value),
    /// The token of a membership is looked at.
    Expire(usize, u64, SocketId, Value),
    /// A transaction carries its request out.
    Execute(u64),
    /// A transaction ends.
    Commit(u64),
    /// The poller reads what was committed.
    Poll,
    /// The host, in one of its lives, has not answered its guests for a second.
    Elect(usize, u64),
}

impl World {
    /// How long one way takes for what need not keep an order: now and then very long.
    pub(super) fn delay(&mut self) -> Duration {
        let Some(dice) = &mut self.dice else {
            return LATENCY;
        };
        let millis = match dice.roll(20) {
            _ if self.healed => 5 + dice.roll(60),
            0 => 500 + dice.roll(4000),
            1..4 => 80 + dice.roll(400),
            _ => 5 + dice.roll(60),
        };
        Duration::from_millis(millis)
    }

    /// A number below `sides`, or the lowest in a calm world.
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.dice.as_mut().map_or(0, |dice| dice.roll(sides))
    }

    pub(super) fn later(&mut self, span: Duration, event: Event) {
        self.at(self.now + span, event);
    }

    pub(super) fn at(&mut self, at: Instant, event: Event) {
        self.queue.entry(at).or_default().push_back(event);
    }

    /// News for the tab as it is now.
    pub(super) fn later_input(&mut self, span: Duration, client: usize, input: Input) {
        let life = self.clients[client].life;
        self.later(span, Event::Input(client, life, input));
    }

    /// Frames to one tab arrive in the order in which they were sent.
    pub(super) fn frame_to(&mut self, client: usize, socket: SocketId, text: String) {
        let at = (self.now + self.delay()).max(self.clients[client].wire_free.1);
        self.clients[client].wire_free.1 = at;
        let life = self.clients[client].life;
        self.at(at, Event::Input(client, life, Input::Frame(socket, text)));
    }

    /// Carries out what the engine has asked for.
    pub(super) fn drain(&mut self, client: usize) {
        while let Some(output) = self.clients[client].engine.poll_output() {
            // Rows are kept in no order, which is no difference.
            if !matches!(output, Output::KeepRows(_)) {
                self.note(&(client, &output));
            }
            match output {
                Output::OpenSocket(socket) if self.opens_shared(client, socket) => {}
                Output::CloseSocket(socket) if self.closes_shared(client, socket) => {}
                Output::Send(socket, ref text) if self.sends_shared(client, socket, text) => {}
                Output::Tell(tab, socket, told) => self.tell(tab, socket, told),
                Output::OpenSocket(socket) => {
                    let reached = self.up && !self.clients[client].offline;
                    self.clients[client].drop_socket();
                    self.clients[client].socket = reached.then_some(socket);
                    let news = if reached {
                        Input::SocketOpened(socket)
                    } else {
                        Input::SocketClosed(socket)
                    };
                    let delay = self.delay();
                    self.later_input(delay, client, news);
                }
                Output::CloseSocket(socket) => {
                    if self.clients[client].socket == Some(socket) {
                        self.clients[client].drop_socket();
                    }
                }
                Output::Send(socket, text) => {
                    let frame = serde_json::from_str(&text).unwrap();
                    let at = (self.now + self.delay()).max(self.clients[client].wire_free.0);
                    self.clients[client].wire_free.0 = at;
                    let life = self.clients[client].life;
                    self.at(at, Event::Frame(client, life, socket, frame));
                }
                Output::Request(request) => self.send_request(client, request),
                Output::SaveSession(session) => {
                    let device = self.clients[client].device.clone();
                    self.clients[client].session = session.clone();
                    for tab in 0..self.clients.len() {
                        if tab != client && self.clients[tab].device == device {
                            self.clients[tab].session = session.clone();
                            let news = Input::Session(session.clone());
                            self.later_input(LATENCY, tab, news);
                        }
                    }
                }
                Output::Keep(kept) => {
                    self.clients[client].kept.insert(kept.id, kept.text);
                }
                // Half of the notes never reach the disk, which is to cost nobody a word.
                Output::Note(kept) => {
                    if kept.id.number % 2 == 0 {
                        self.clients[client].kept.insert(kept.id, kept.text);
                    }
                }
                Output::Forget(id) => {
                    self.clients[client].kept.remove(&id);
                }
                Output::KeepRows(text) => self.keep_rows(client, Some(&text)),
                Output::ForgetRows => self.keep_rows(client, None),
            }
        }
    }

    /// All that is due happens.
    pub(super) fn happen_now(&mut self) {
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
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Input(client, life, input) => {
                let to = &self.clients[client];
                // Between tabs nothing is swallowed.
                let over_network = matches!(input, Input::Frame(..)) && to.shared.is_none();
                let swallowed = over_network && to.half_open;
                if to.life == life && !swallowed {
                    self.input(client, input);
                }
            }
            Event::Frame(client, life, socket, frame) => {
                let from = &self.clients[client];
                if from.life == life && from.socket == Some(socket) && !from.half_open {
                    self.on_frame(client, socket, &frame);
                }
            }
            Event::Arrive(client, life, request) => self.on_request(client, life, request),
            Event::Subscribe(client, life, socket, join_ref) => {
                if self.clients[client].life == life {
                    self.on_subscribe(client, socket, &join_ref);
                }
            }
            Event::Expire(client, life, socket, join_ref) => {
                if self.clients[client].life == life {
                    self.on_expire(client, socket, &join_ref);
                }
            }
            Event::Execute(txid) => self.execute(txid),
            Event::Commit(txid) => self.commit(txid),
            Event::Poll => self.poll(),
            Event::Elect(client, life) => self.elect(client, life),
        }
    }

    /// Folds what happens into the trace.
    pub(super) fn note(&mut self, what: &impl Debug) {
        if self.watched {
            let line = format!("{:?} {what:?}", self.now.0);
            if TOLD.load(Ordering::Relaxed) {
                println!("{line}");
            }
            for byte in line.bytes() {
                self.trace = (self.trace ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
            }
        }
    }

    /// A number that tells two runs apart.
    pub fn trace(&self) -> u64 {
        self.trace
    }
}
