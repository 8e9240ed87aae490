//! The network: what is under way, and what happens to it.

use std::time::Duration;

use serde_json::Value;
use sync::{Input, Output, Request, RequestId, Response, SocketId};

use super::{LATENCY, World, realtime::subscribed};

/// Something that arrives later.
pub(super) enum Event {
    Input(usize, Input),
    Frame(usize, SocketId, Value),
    Arrive(usize, Request),
    Subscribe(usize, SocketId, Value),
}

impl World {
    /// Lets the held requests of a client pass.
    pub fn release(&mut self, client: usize) {
        self.clients[client].hold_requests = false;
        for request in std::mem::take(&mut self.clients[client].held) {
            self.later(LATENCY, Event::Arrive(client, request));
        }
    }

    pub(super) fn later(&mut self, span: Duration, event: Event) {
        self.queue
            .entry(self.now + span)
            .or_default()
            .push_back(event);
    }

    pub(super) fn drain(&mut self, client: usize) {
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

    pub(super) fn happen(&mut self, event: Event) {
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

    pub(super) fn on_request(&mut self, client: usize, request: &Request) {
        if !self.up {
            return self.respond(client, request.id, None);
        }
        let (response, committed) = self.server.answer(self.time().wall, request);
        self.publish(&committed);
        let write = request.prefer.is_some();
        let lost = write && std::mem::take(&mut self.clients[client].lose_next_answer);
        self.respond(client, request.id, (!lost).then_some(response));
    }

    pub(super) fn respond(&mut self, client: usize, id: RequestId, response: Option<Response>) {
        self.later(LATENCY, Event::Input(client, Input::Response(id, response)));
    }
}
