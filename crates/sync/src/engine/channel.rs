//! The one channel: joining, its frames, and what the server says about it.

use wire::{
    Frame, Version,
    change::Payload,
    join::{Binding, Broadcast, Config, Join, Presence, Refusal, Reply, Status, System},
};

use super::{
    Engine,
    link::{HANDSHAKE, HEARTBEAT, Link, TOO_MANY},
};
use crate::{Now, SocketId, presence, timers::Timer, typing};

impl Engine {
    /// The topic of the one channel.
    pub(super) fn topic(&self) -> String {
        format!("realtime:{}", self.channel)
    }

    pub(super) fn on_opened(&mut self, now: Now, socket: SocketId) {
        if self.link != Link::Opening(socket) {
            return;
        }
        self.unopened = 0;
        let bindings = self.tables.iter().map(|table| Binding {
            event: "*".to_owned(),
            schema: "public".to_owned(),
            table: Some(table.name().to_owned()),
            filter: None,
        });
        let join = Join {
            config: Config {
                broadcast: Broadcast::default(),
                presence: Presence {
                    enabled: true,
                    key: self.session.user.id.clone(),
                },
                postgres_changes: bindings.collect(),
                private: self.private,
            },
            access_token: Some(self.session.access_token.clone()),
        };
        self.steps += 1;
        let join_ref = self.steps.to_string();
        self.link = Link::Joining {
            socket,
            join_ref: join_ref.clone(),
        };
        self.presence.on_join();
        self.timers.set(Timer::Handshake, now.instant + HANDSHAKE);
        self.timers.set(Timer::Heartbeat, now.instant + HEARTBEAT);
        let topic = self.topic();
        self.push(
            socket,
            Some(join_ref.clone()),
            join_ref,
            &topic,
            "phx_join",
            &join,
        );
    }

    pub(super) fn on_frame(&mut self, now: Now, socket: SocketId, text: &str) {
        if self.link.socket() != Some(socket) {
            return;
        }
        // A frame that cannot be read is no reason to end a connection that works.
        let Ok(frame) = Frame::decode(Version::V2, text) else {
            self.on_unread(now);
            self.relay_unread(text);
            return;
        };
        if frame.topic == "phoenix" {
            self.timers.stop(Timer::HeartbeatReply);
            self.vouch_again();
            return;
        }
        if frame.topic != self.topic() {
            return;
        }
        // News of an earlier membership in the same topic is none of ours.
        let ours = self.link.join_ref();
        if frame.join_ref.is_some() && frame.join_ref.as_deref() != ours {
            return;
        }
        self.relay(&frame);
        match frame.event.as_str() {
            "phx_reply" => self.on_reply(now, &frame),
            "system" => self.on_system(now, &frame),
            "postgres_changes" => match frame.read::<Payload>() {
                Ok(payload) => self.on_change(now, payload.data),
                Err(_) => self.on_unread(now),
            },
            "presence_state" => {
                if let Ok(state) = frame.read::<presence::State>() {
                    self.presence.on_state(now.instant, state);
                    self.await_leavers();
                }
            }
            "presence_diff" => {
                if let Ok(diff) = frame.read::<presence::Diff>() {
                    self.presence.on_diff(now.instant, diff);
                    self.await_leavers();
                }
            }
            "broadcast" => {
                if let Ok(said) = frame.read::<typing::Broadcast>() {
                    self.on_broadcast(now, said);
                }
            }
            "phx_close" | "phx_error" => self.lose_link(now),
            _ => {}
        }
    }

    fn on_reply(&mut self, now: Now, frame: &Frame) {
        let Link::Joining { socket, join_ref } = self.link.clone() else {
            return;
        };
        if frame.reference.as_deref() != Some(&join_ref) {
            return;
        }
        let Ok(reply) = frame.read::<Reply<&serde_json::value::RawValue>>() else {
            return;
        };
        match reply.status {
            Status::Ok => {
                self.note_joined(reply.response);
                self.timers.set(Timer::Handshake, now.instant + HANDSHAKE);
                self.link = Link::Joined { socket, join_ref };
                let track =
                    serde_json::json!({"type": "presence", "event": "track", "payload": {}});
                self.push_to_channel("presence", &track);
            }
            Status::Error => {
                let refusal = serde_json::from_str::<Refusal>(reply.response.get());
                let reason = refusal.map_or_else(|_| reply.response.get().to_owned(), |r| r.reason);
                self.on_refused(now, &reason);
            }
        }
    }

    /// What a refusal asks for, by the code that its text begins with.
    fn on_refused(&mut self, now: Now, reason: &str) {
        let starts = |words: &[&str]| words.iter().any(|word| reason.starts_with(word));
        if starts(&[
            "InvalidJWTToken",
            "MalformedJWT",
            "JwtSignatureError",
            "JwtSignerError",
        ]) {
            self.drop_link();
            self.session.expires_at = 0;
            self.timers
                .set(Timer::Reconnect, now.instant + self.retries.link.next());
        } else if starts(&[
            "Unauthorized",
            "PrivateOnly",
            "RealtimeDisabledForTenant",
            "TenantNotFound",
        ]) {
            self.stop(format!(
                "The project refuses live updates: {reason}. Check the project's Realtime settings, then reload."
            ));
        } else {
            self.lose_link(now);
            if reason.contains("oo many") {
                self.timers.set(Timer::Reconnect, now.instant + TOO_MANY);
            }
        }
    }

    fn on_system(&mut self, now: Now, frame: &Frame) {
        let Ok(system) = frame.read::<System>() else {
            return;
        };
        if system.is_subscribed() {
            let Some((socket, join_ref)) = self.link.socket().zip(self.link.join_ref()) else {
                return;
            };
            let join_ref = join_ref.to_owned();
            self.link = Link::Streaming { socket, join_ref };
            self.timers.stop(Timer::Handshake);
            self.retries.link.reset();
            self.welcome_guests();
            // The first time and every further time: something may have been missed until now.
            self.catch_up(now);
        } else if system.status == Status::Error {
            self.on_trouble(now, &system);
        }
    }

    fn on_trouble(&mut self, now: Now, system: &System) {
        let text = &system.message;
        if text.starts_with("Unable to subscribe to changes") {
            self.stop(format!(
                "Live updates are not set up: a table is missing from the publication supabase_realtime. \
                 Apply the migrations, then reload. The server said: {text}"
            ));
        } else if text.contains("oken has expired") || text.contains("JWT") {
            self.session.expires_at = 0;
            self.lose_link(now);
        } else if text.contains("oo many") {
            self.lose_link(now);
            self.timers.set(Timer::Reconnect, now.instant + TOO_MANY);
        } else if let Link::Streaming { socket, join_ref } = self.link.clone() {
            // The server tries again by itself and then says "subscribed"; until then nothing flows.
            self.link = Link::Joined { socket, join_ref };
            self.timers.set(Timer::Handshake, now.instant + HANDSHAKE);
        }
    }
}
