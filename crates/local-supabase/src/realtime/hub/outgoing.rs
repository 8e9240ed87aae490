//! What is written to sockets, and where it belongs.

use axum::extract::ws::Utf8Bytes;
use serde::Serialize;
use serde_json::Value;
use wire::{
    Frame, Version,
    join::{Reply, Status, System},
};

use super::{ChannelId, Hub, SocketId};

/// What is written to a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// A text frame, which many sockets may share.
    Text(Utf8Bytes),
    /// A binary frame.
    Binary(Vec<u8>),
    /// The end: code and reason.
    Close(u16, &'static str),
}

impl Outgoing {
    /// Bytes of the frame's contents.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
            Self::Close(_, reason) => reason.len(),
        }
    }
}

/// Where an answer belongs: the topic and refs of what it answers.
#[derive(Debug, Clone)]
pub struct Address {
    /// Topic with `realtime:`.
    pub topic: String,
    /// `ref` of the push.
    pub reference: Option<String>,
    /// `join_ref` of the push.
    pub join_ref: Option<String>,
}

impl From<&Frame> for Address {
    fn from(frame: &Frame) -> Self {
        Self {
            topic: frame.topic.clone(),
            reference: frame.reference.clone(),
            join_ref: frame.join_ref.clone(),
        }
    }
}

impl Hub {
    /// Tells a channel something about itself.
    pub fn system(&mut self, channel: ChannelId, extension: &str, status: Status, message: &str) {
        let Some((socket, address)) = self.address(channel) else {
            return;
        };
        if status == Status::Error {
            self.refused(&address.topic, message);
        }
        let name = address
            .topic
            .strip_prefix("realtime:")
            .unwrap_or(&address.topic);
        let system = System {
            extension: extension.to_owned(),
            status,
            message: message.to_owned(),
            channel: Some(name.to_owned()),
        };
        self.send(socket, address, "system", &system);
    }

    /// Answers a push.
    pub fn reply(&mut self, socket: SocketId, address: Address, ok: bool, response: &Value) {
        let status = if ok { Status::Ok } else { Status::Error };
        if let (Status::Error, Some(reason)) = (status, response.get("reason")) {
            self.refused(&address.topic, reason.as_str().unwrap_or_default());
        }
        self.send(socket, address, "phx_reply", &Reply { status, response });
    }

    /// Makes a frame in the version that the socket speaks.
    pub(super) fn send(
        &mut self,
        socket: SocketId,
        address: Address,
        event: &str,
        payload: &impl Serialize,
    ) {
        let Some(version) = self.sockets.get(&socket).map(|socket| socket.version) else {
            return;
        };
        let Ok(mut frame) = Frame::new(&address.topic, event, payload) else {
            return;
        };
        frame.reference = address.reference;
        // The object form has no such key on the way to the client.
        frame.join_ref = address.join_ref.filter(|_| version != Version::V1);
        self.out
            .push((socket, Outgoing::Text(frame.encode(version).into())));
    }

    /// Where a channel's own messages go: its socket, its topic, and the `ref` of its join.
    pub(super) fn address(&self, channel: ChannelId) -> Option<(SocketId, Address)> {
        let channel = self.channels.get(&channel)?;
        let address = Address {
            topic: channel.topic.name.clone(),
            reference: None,
            join_ref: channel.join_ref.clone(),
        };
        Some((channel.socket, address))
    }
}
