//! What a guest says on its channel, and what the server would answer.

use serde_json::json;
use wire::{
    Frame,
    join::{Status, System},
};

use super::super::{Engine, link::Link};
use crate::{Now, SocketId, TabId, Told};

impl Engine {
    pub(super) fn on_guest_frame(&mut self, now: Now, tab: TabId, socket: SocketId, frame: &Frame) {
        match frame.event.as_str() {
            // Whoever believes us to be there believes the server to be there.
            "heartbeat" if self.is_silent(now) => {
                if let Some(guest) = self.host.guests.get_mut(&tab) {
                    guest.unanswered = Some(frame.clone());
                }
            }
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
            "broadcast" if matches!(self.link, Link::Streaming { .. }) => {
                self.push_to_channel("broadcast", &frame.payload);
            }
            "phx_leave" => {
                self.host.guests.remove(&tab);
                self.tell(tab, socket, Told::Closed);
            }
            _ => {}
        }
    }
}
