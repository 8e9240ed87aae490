//! Socket and channel: opening, joining, heartbeat, and starting over when any of it fails.

use std::time::Duration;

use serde::Serialize;
use wire::{
    Frame, Version,
    change::Payload,
    join::{
        AccessToken, Binding, Broadcast, Config, Join, Presence, Refusal, Reply, Status, System,
    },
};

use super::{Engine, Feed};
use crate::{Now, Output, SocketId, presence, timers::Timer};

/// A socket, a join and the first database change each have this long.
const HANDSHAKE: Duration = Duration::from_secs(15);
/// Together: silence is noticed within 11 seconds, whichever moment it begins.
const HEARTBEAT: Duration = Duration::from_secs(6);
const HEARTBEAT_REPLY: Duration = Duration::from_secs(5);
/// A probe on waking.
const PROBE_REPLY: Duration = Duration::from_secs(4);
/// A server that says "too many" is left alone this long.
const TOO_MANY: Duration = Duration::from_secs(30);
/// Timers that come this late mean that the device slept.
const SLEPT_MILLIS: i64 = 90_000;

/// How far the one channel on the one socket has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Link {
    /// No socket; the reconnect timer runs unless the device is offline or the engine stopped.
    Down,
    /// The socket is being opened.
    Opening(SocketId),
    /// The join is sent.
    Joining { socket: SocketId, join_ref: String },
    /// The join is accepted, yet no database change flows.
    Joined { socket: SocketId, join_ref: String },
    /// Database changes flow.
    Streaming { socket: SocketId, join_ref: String },
}

impl Link {
    fn socket(&self) -> Option<SocketId> {
        match self {
            Self::Down => None,
            Self::Opening(socket)
            | Self::Joining { socket, .. }
            | Self::Joined { socket, .. }
            | Self::Streaming { socket, .. } => Some(*socket),
        }
    }

    fn join_ref(&self) -> Option<&str> {
        match self {
            Self::Down | Self::Opening(_) => None,
            Self::Joining { join_ref, .. }
            | Self::Joined { join_ref, .. }
            | Self::Streaming { join_ref, .. } => Some(join_ref),
        }
    }
}

impl Engine {
    /// Tries to connect now instead of when the countdown ends.
    pub fn reconnect_now(&mut self, now: Now) {
        if self.link == Link::Down {
            self.retries.link.reset();
            self.connect(now);
        }
    }

    /// The topic of the one channel.
    fn topic(&self) -> String {
        format!("realtime:{}", self.channel)
    }

    pub(super) fn connect(&mut self, now: Now) {
        let idle = self.link == Link::Down && self.offline_since.is_none();
        if !idle || self.ended || self.stopped.is_some() {
            return;
        }
        self.timers.stop(Timer::Reconnect);
        if self.token_is_stale(now) {
            // The answer to the refresh connects.
            self.refresh(now);
            return;
        }
        self.steps += 1;
        let socket = SocketId(self.steps);
        self.link = Link::Opening(socket);
        self.timers.set(Timer::Handshake, now.instant + HANDSHAKE);
        self.outputs.push_back(Output::OpenSocket(socket));
    }

    pub(super) fn on_opened(&mut self, now: Now, socket: SocketId) {
        if self.link != Link::Opening(socket) {
            return;
        }
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
                private: false,
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

    pub(super) fn on_closed(&mut self, now: Now, socket: SocketId) {
        if self.link.socket() == Some(socket) {
            self.lose_link(now);
        }
    }

    /// Gives the socket up and plans the next attempt.
    pub(super) fn lose_link(&mut self, now: Now) {
        self.drop_link();
        if self.offline_since.is_none() && !self.ended && self.stopped.is_none() {
            let at = now.instant + self.retries.link.next();
            self.timers.set(Timer::Reconnect, at);
        }
    }

    pub(super) fn drop_link(&mut self) {
        if let Some(socket) = self.link.socket() {
            self.outputs.push_back(Output::CloseSocket(socket));
        }
        self.link = Link::Down;
        self.feed = Feed::Down;
        for timer in [
            Timer::Handshake,
            Timer::Heartbeat,
            Timer::HeartbeatReply,
            Timer::Sync,
        ] {
            self.timers.stop(timer);
        }
    }

    pub(super) fn beat(&mut self, now: Now) {
        self.probe(now, HEARTBEAT_REPLY);
    }

    fn probe(&mut self, now: Now, patience: Duration) {
        let Some(socket) = self.link.socket() else {
            return;
        };
        if self.timers.at(Timer::HeartbeatReply).is_none() {
            self.timers
                .set(Timer::HeartbeatReply, now.instant + patience);
        }
        self.timers.set(Timer::Heartbeat, now.instant + HEARTBEAT);
        self.steps += 1;
        let reference = self.steps.to_string();
        let nothing = serde_json::Map::new();
        self.push(socket, None, reference, "phoenix", "heartbeat", &nothing);
    }

    pub(super) fn on_frame(&mut self, now: Now, socket: SocketId, text: &str) {
        if self.link.socket() != Some(socket) {
            return;
        }
        // A frame that cannot be read is no reason to end a connection that works.
        let Ok(frame) = Frame::decode(Version::V2, text) else {
            return;
        };
        if frame.topic == "phoenix" {
            self.timers.stop(Timer::HeartbeatReply);
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
        match frame.event.as_str() {
            "phx_reply" => self.on_reply(now, &frame),
            "system" => self.on_system(now, &frame),
            "postgres_changes" => {
                if let Ok(payload) = frame.read::<Payload>() {
                    self.on_change(payload.data);
                }
            }
            "presence_state" => {
                if let Ok(state) = frame.read::<presence::State>() {
                    self.presence.on_state(state);
                }
            }
            "presence_diff" => {
                if let Ok(diff) = frame.read::<presence::Diff>() {
                    self.presence.on_diff(diff);
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
                self.timers.set(Timer::Handshake, now.instant + HANDSHAKE);
                self.link = Link::Joined {
                    socket,
                    join_ref: join_ref.clone(),
                };
                let track =
                    serde_json::json!({"type": "presence", "event": "track", "payload": {}});
                self.steps += 1;
                let reference = self.steps.to_string();
                let topic = self.topic();
                self.push(
                    socket,
                    Some(join_ref),
                    reference,
                    &topic,
                    "presence",
                    &track,
                );
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
            // The first time and every further time: something may have been missed until now.
            self.catch_up();
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
            self.drop_link();
            self.session.expires_at = 0;
            self.connect(now);
        } else if text.contains("oo many") {
            self.lose_link(now);
            self.timers.set(Timer::Reconnect, now.instant + TOO_MANY);
        }
        // Anything else is followed by phx_close or cured by the server itself.
    }

    /// Ends all attempts, for a reason that no retry can cure.
    pub(super) fn stop(&mut self, reason: String) {
        self.drop_link();
        self.timers.stop(Timer::Reconnect);
        self.stopped = Some(reason);
    }

    pub(super) fn on_online(&mut self, now: Now, online: bool) {
        match (online, self.offline_since) {
            (false, None) => {
                self.drop_link();
                self.timers.stop(Timer::Reconnect);
                self.offline_since = Some(now.wall);
            }
            (true, Some(_)) => {
                self.offline_since = None;
                self.retries.link.reset();
                self.connect(now);
                self.rest_over(now);
            }
            (true, None) | (false, Some(_)) => {}
        }
    }

    pub(super) fn on_woke(&mut self, now: Now) {
        if self.token_is_stale(now) {
            self.refresh(now);
        }
        self.reconnect_now(now);
        self.probe(now, PROBE_REPLY);
    }

    /// A long silence of all inputs means that timers stood still: nothing that was true before counts.
    pub(super) fn notice_sleep(&mut self, now: Now) {
        let before = self.last_input.replace(now);
        let slept =
            before.is_some_and(|then| now.wall.millis() - then.wall.millis() > SLEPT_MILLIS);
        if !slept {
            return;
        }
        self.plan_refresh(now);
        self.timers.stop(Timer::HeartbeatReply);
        if matches!(self.link, Link::Streaming { .. }) {
            self.probe(now, PROBE_REPLY);
            self.catch_up();
        }
    }

    /// Hands a new token to the channel.
    pub(super) fn push_token(&mut self) {
        let (Some(socket), Some(join_ref)) = (self.link.socket(), self.link.join_ref()) else {
            return;
        };
        let join_ref = join_ref.to_owned();
        let token = AccessToken {
            access_token: self.session.access_token.clone(),
        };
        self.steps += 1;
        let reference = self.steps.to_string();
        let topic = self.topic();
        self.push(
            socket,
            Some(join_ref),
            reference,
            &topic,
            "access_token",
            &token,
        );
    }

    fn push(
        &mut self,
        socket: SocketId,
        join_ref: Option<String>,
        reference: String,
        topic: &str,
        event: &str,
        payload: &impl Serialize,
    ) {
        let frame = Frame::new(topic, event, payload).expect("our payloads are plain structs");
        let frame = Frame {
            join_ref,
            reference: Some(reference),
            ..frame
        };
        self.outputs
            .push_back(Output::Send(socket, frame.encode(Version::V2)));
    }
}
