//! What a client says on its socket: which of its channels it is for, and what follows.

use std::sync::Arc;

use serde_json::{Value, json, value::RawValue};
use tokio::task::JoinSet;
use wire::Frame;

use crate::{
    AppState,
    realtime::{
        frame::{Content, Push},
        hub::{Address, Cast, ChannelId, Denied, SocketId},
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
                    // Only objects can be passed on.
                    "broadcast" if frame.payload.get().starts_with('{') => {
                        let cast = Cast::Text(frame.payload.clone());
                        realtime.with(|hub| hub.broadcast(channel, &cast, frame.into()));
                    }
                    // Unknown events get no answer, as in the real service.
                    _ => {}
                }
            }
        }
    }

    /// A binary frame came.
    pub async fn push(&mut self, push: Push) {
        let Push {
            join_ref,
            reference,
            topic,
            content,
        } = push;
        let address = Address {
            topic,
            reference,
            join_ref,
        };
        let cast = match content {
            Content::User(user) => Cast::User(user),
            Content::Plain(event, bytes) if event == "broadcast" => Cast::Bytes(bytes),
            // What is not broadcast says no more than its event: bytes are no payload of ours.
            Content::Plain(event, _) => {
                let Address {
                    topic,
                    reference,
                    join_ref,
                } = address;
                let payload = RawValue::NULL.to_owned();
                return self
                    .frame(&Frame {
                        join_ref,
                        reference,
                        topic,
                        event,
                        payload,
                    })
                    .await;
            }
        };
        self.state
            .realtime
            .with(|hub| match hub.channel(self.socket, &address.topic) {
                Some(channel) => hub.broadcast(channel, &cast, address),
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
        let Some(event) = payload.get("event").and_then(Value::as_str) else {
            return self.answer(frame, true, &json!({}));
        };
        let nothing = json!({});
        let meta = payload.get("payload").unwrap_or(&nothing);
        let done = self
            .state
            .realtime
            .with(|hub| match event.to_ascii_lowercase().as_str() {
                "track" => hub.track(channel, meta),
                "untrack" => hub.untrack(channel),
                _ => hub.presence_call(channel).and(Err(Denied::Unauthorized)),
            });
        match done {
            Ok(()) => self.answer(frame, true, &json!({})),
            Err(Denied::NotAMap) => self.answer(
                frame,
                false,
                &json!({"reason": "Presence track payload must be a map"}),
            ),
            Err(Denied::Unauthorized) => self.answer(frame, false, &json!({})),
            Err(Denied::Ends(message)) => {
                self.state.realtime.with(|hub| hub.fail(channel, message));
            }
        }
    }
}
