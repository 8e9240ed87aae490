//! Other tabs of the same person, to which this one passes on what its socket says.
//!
//! To the engine of such a guest we are the server: it opens a socket, joins, is subscribed and beats its heart as
//! it would over a socket of its own. What it missed it asks REST for, as always; only the change stream, presence
//! and who is writing come through us. A guest is there as long as changes flow here, and no longer.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json, value::RawValue};
use wire::{Frame, Version};

mod frames;

use super::{Engine, link::Link};
use crate::{GuestInput, Instant, Now, Output, SocketId, TabId, Told, timers::Timer};

/// A guest that says nothing for so long has ended; one that only sleeps opens a new socket when it wakes.
const GONE: Duration = Duration::from_secs(180);

/// A pause before the next attempt that is longer than this is not cut short by guests.
const LONG: Duration = Duration::from_secs(20);

/// One guest's socket.
#[derive(Debug)]
struct Guest {
    socket: SocketId,
    /// Whether it was told that its socket is open; until then it waits for changes to flow here.
    opened: bool,
    joined: bool,
    heard: Instant,
    /// A heartbeat that could not be answered yet.
    unanswered: Option<Frame>,
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
                    unanswered: None,
                };
                self.host.guests.insert(tab, guest);
                match self.link {
                    Link::Streaming { .. } if !self.is_silent(now) => self.welcome_guests(),
                    // A guest that tries is a reason to try: its own pauses keep it from being too often.
                    Link::Down if !self.was_sent_away(now) => {
                        self.on_online(now, true);
                        self.connect(now);
                    }
                    Link::Streaming { .. }
                    | Link::Down
                    | Link::Opening(_)
                    | Link::Joining { .. }
                    | Link::Joined { .. } => {}
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

    /// Whether the server has asked for a long pause.
    fn was_sent_away(&self, now: Now) -> bool {
        let at = self.timers.at(Timer::Reconnect);
        at.is_some_and(|at| at.since(now.instant) > LONG)
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

    /// Our own heartbeat was answered: so are those of guests, and whoever waits may come in.
    pub(super) fn vouch_again(&mut self) {
        if !matches!(self.link, Link::Streaming { .. }) {
            return;
        }
        self.welcome_guests();
        let guests = self.host.guests.iter_mut();
        let owed =
            guests.filter_map(|(tab, guest)| Some((*tab, guest.socket, guest.unanswered.take()?)));
        for (tab, socket, frame) in owed.collect::<Vec<_>>() {
            self.reply(tab, socket, &frame, &json!({}));
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

    /// What we could not read, they are to doubt as well.
    pub(super) fn relay_unread(&mut self, text: &str) {
        for (tab, guest) in &self.host.guests {
            if guest.joined {
                let told = Told::Frame(text.to_owned());
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
