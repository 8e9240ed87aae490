//! What a client says on its socket: which of its channels it is for, and what follows.

use std::{sync::Arc, time::Instant};

use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use wire::Frame;

use crate::{
    AppState,
    realtime::{
        frame::Push,
        hub::{Address, Cast, ChannelId, SocketId},
        token::Identity,
    },
};

/// One client's side of the talk.
pub struct Conversation {
    pub(super) state: AppState,
    pub(super) socket: SocketId,
    /// Whom the API key of the handshake stands for.
    pub(super) identity: Arc<Identity>,
    /// What still goes on for this socket; it ends with it.
    pub(super) tasks: JoinSet<()>,
}

impl Conversation {
    /// For a socket that came with the API key of `identity`.
    pub fn new(state: AppState, socket: SocketId, identity: Arc<Identity>) -> Self {
        Self {
            state,
            socket,
            identity,
            tasks: JoinSet::new(),
        }
    }

    /// A text frame came.
    pub async fn frame(&mut self, frame: &Frame) {
        while self.tasks.try_join_next().is_some() {}
        let realtime = &self.state.realtime;
        match (frame.topic.as_str(), frame.event.as_str()) {
            ("phoenix", "heartbeat") => self.answer(frame, true, &json!({})),
            (_, "phx_join") => self.join(frame).await,
            (_, "phx_leave") => realtime.with(|hub| hub.leave(self.socket, frame.into())),
            (topic, event) => {
                let Some(channel) = realtime.with(|hub| hub.channel(self.socket, topic)) else {
                    return self.answer(frame, false, &json!({"reason": "unmatched topic"}));
                };
                match event {
                    "access_token" => self.access_token(channel, frame).await,
                    "presence" => self.presence(channel, frame),
                    "broadcast" => {
                        let cast = Cast::Text(frame.payload.clone());
                        realtime.with(|hub| hub.broadcast(channel, &cast, frame.into()));
                    }
                    // Unknown events get no answer, as in the real service.
                    _ => {}
                }
            }
        }
    }

    /// A broadcast came as a binary frame.
    pub fn push(&mut self, push: Push) {
        let Push {
            join_ref,
            reference,
            topic,
            broadcast,
        } = push;
        let address = Address {
            topic,
            reference,
            join_ref,
        };
        self.state
            .realtime
            .with(|hub| match hub.channel(self.socket, &address.topic) {
                Some(channel) => hub.broadcast(channel, &Cast::User(broadcast), address),
                None => hub.reply(
                    self.socket,
                    address,
                    false,
                    &json!({"reason": "unmatched topic"}),
                ),
            });
    }

    /// Answers a frame.
    pub(super) fn answer(&self, frame: &Frame, ok: bool, response: &Value) {
        self.state
            .realtime
            .with(|hub| hub.reply(self.socket, frame.into(), ok, response));
    }

    fn presence(&self, channel: ChannelId, frame: &Frame) {
        let payload: Value = frame.read().unwrap_or_default();
        let event = payload
            .get("event")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_lowercase();
        let (realtime, now) = (&self.state.realtime, Instant::now());
        let done = match (event.as_str(), payload.get("payload")) {
            ("track", Some(Value::Object(meta))) => {
                realtime.with(|hub| hub.track(channel, meta.clone(), now))
            }
            ("track", None) => realtime.with(|hub| hub.track(channel, Map::new(), now)),
            ("track", Some(_)) => {
                return self.answer(
                    frame,
                    false,
                    &json!({"reason": "Presence track payload must be a map"}),
                );
            }
            ("untrack", _) => realtime.with(|hub| hub.untrack(channel, now)),
            _ => return self.answer(frame, false, &json!({"reason": "Unknown presence event"})),
        };
        match done {
            Ok(()) => self.answer(frame, true, &json!({})),
            Err(message) => realtime.with(|hub| hub.fail(channel, message)),
        }
    }
}
