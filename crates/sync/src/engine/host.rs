//! Other tabs of the same person, to which this one passes on what its socket says.
//!
//! To the engine of such a guest we are the server: it opens a socket, joins, is subscribed and beats its heart as
//! it would over a socket of its own. What it missed it asks REST for, as always; only the change stream, presence
//! and who is writing come through us. A guest is there as long as changes flow here, and no longer.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json, value::RawValue};
use wire::{
    Frame, Version,
    join::{Status, System},
};

use super::{Engine, link::Link};
use crate::{GuestInput, Instant, Now, Output, SocketId, TabId, Told};

/// A guest that says nothing for so long has ended; one that only sleeps opens a new socket when it wakes.
const GONE: Duration = Duration::from_secs(180);

/// One guest's socket.
#[derive(Debug)]
struct Guest {
    socket: SocketId,
    /// Whether it was told that its socket is open; until then it waits for changes to flow here.
    opened: bool,
    joined: bool,
    heard: Instant,
}

/// Who is here, and what the server answered to our own join.
#[derive(Debug, Default)]
pub(super) struct Host {
    guests: BTreeMap<TabId, Guest>,
    response: Option<Box<RawValue>>,
}

impl Engine {
    /// Another tab says something over the socket that it thinks it has.
    pub(super) fn on_guest(&mut self, now: Now, tab: TabId, socket: SocketId, input: &GuestInput) {
        match input {
            GuestInput::Open => {
                let guest = Guest {
                    socket,
                    opened: false,
                    joined: false,
                    heard: now.instant,
                };
                self.host.guests.insert(tab, guest);
                if matches!(self.link, Link::Streaming { .. }) && !self.is_silent(now) {
                    self.welcome_guests();
                }
            }
            GuestInput::Close => {
                let guests = &mut self.host.guests;
                guests.retain(|other, guest| *other != tab || guest.socket != socket);
            }
            GuestInput::Frame(text) => {
                let guest = self.host.guests.get_mut(&tab);
                let Some(guest) = guest.filter(|guest| guest.socket == socket && guest.opened)
                else {
                    self.tell(tab, socket, Told::Closed);
                    return;
                };
                guest.heard = now.instant;
                if let Ok(frame) = Frame::decode(Version::V2, text) {
                    self.on_guest_frame(now, tab, socket, &frame);
                }
            }
        }
    }

    fn on_guest_frame(&mut self, now: Now, tab: TabId, socket: SocketId, frame: &Frame) {
        match frame.event.as_str() {
            // Whoever believes us to be there believes the server to be there.
            "heartbeat" if self.is_silent(now) => {}
            "heartbeat" | "presence" | "access_token" => self.reply(tab, socket, frame, &json!({})),
            "phx_join" => {
                let response = self.host.response.as_deref();
                let response = response.map_or_else(|| json!({}), |raw| json!(raw));
                self.reply(tab, socket, frame, &response);
                if let Some(guest) = self.host.guests.get_mut(&tab) {
                    guest.joined = true;
                }
                let state = self.presence.state();
                self.say(tab, socket, frame, "presence_state", &state);
                if !matches!(self.link, Link::Streaming { .. }) {
                    // It hears of it when changes flow here again.
                    return;
                }
                let subscribed = json!(System {
                    extension: "postgres_changes".to_owned(),
                    status: Status::Ok,
                    message: System::SUBSCRIBED.to_owned(),
                    channel: Some(self.channel.clone()),
                });
                self.say(tab, socket, frame, "system", &subscribed);
            }
            "broadcast" => {
                if let Link::Streaming { socket, join_ref } = self.link.clone() {
                    self.steps += 1;
                    let reference = self.steps.to_string();
                    let topic = self.topic();
                    self.push(
                        socket,
                        Some(join_ref),
                        reference,
                        &topic,
                        "broadcast",
                        &frame.payload,
                    );
                }
            }
            "phx_leave" => {
                self.host.guests.remove(&tab);
                self.tell(tab, socket, Told::Closed);
            }
            _ => {}
        }
    }

    fn reply(&mut self, tab: TabId, socket: SocketId, to: &Frame, response: &Value) {
        let payload = json!({"status": "ok", "response": response});
        self.say(tab, socket, to, "phx_reply", &payload);
    }

    fn say(&mut self, tab: TabId, socket: SocketId, to: &Frame, event: &str, payload: &Value) {
        let frame = Frame::new(&to.topic, event, payload).expect("a value is JSON");
        let frame = Frame {
            join_ref: to.join_ref.clone(),
            reference: (event == "phx_reply")
                .then(|| to.reference.clone())
                .flatten(),
            ..frame
        };
        self.tell(tab, socket, Told::Frame(frame.encode(Version::V2)));
    }

    fn tell(&mut self, tab: TabId, socket: SocketId, told: Told) {
        self.outputs.push_back(Output::Tell(tab, socket, told));
    }

    /// Remembers what the server answered to our join: it is the answer to those of guests.
    pub(super) fn note_joined(&mut self, response: &RawValue) {
        self.host.response = Some(response.to_owned());
    }

    /// Changes flow here: sockets of guests open.
    pub(super) fn welcome_guests(&mut self) {
        for (tab, guest) in &mut self.host.guests {
            if !guest.opened {
                guest.opened = true;
                let output = Output::Tell(*tab, guest.socket, Told::Opened);
                self.outputs.push_back(output);
            }
        }
    }

    /// Our own socket is gone, and theirs with it; those that wait go on waiting.
    pub(super) fn close_guests(&mut self) {
        let outputs = &mut self.outputs;
        self.host.guests.retain(|tab, guest| {
            if guest.opened {
                outputs.push_back(Output::Tell(*tab, guest.socket, Told::Closed));
            }
            !guest.opened
        });
    }

    /// Passes on what the server says to all members of the channel.
    pub(super) fn relay(&mut self, frame: &Frame) {
        let passed_on = [
            "postgres_changes",
            "presence_state",
            "presence_diff",
            "broadcast",
            "system",
        ];
        if !passed_on.contains(&frame.event.as_str())
            || !self.host.guests.values().any(|guest| guest.joined)
        {
            return;
        }
        let frame = Frame {
            join_ref: None,
            reference: None,
            ..frame.clone()
        };
        let text = frame.encode(Version::V2);
        for (tab, guest) in &self.host.guests {
            if guest.joined {
                let told = Told::Frame(text.clone());
                self.outputs
                    .push_back(Output::Tell(*tab, guest.socket, told));
            }
        }
    }

    /// Forgets guests that have said nothing for long.
    pub(super) fn forget_silent_guests(&mut self, now: Now) {
        let guests = &mut self.host.guests;
        guests.retain(|_, guest| now.instant.since(guest.heard) < GONE);
    }
}
