//! Events that are sent on the channel.

use serde::Serialize;
use wire::{Frame, Version, join::AccessToken};

use super::Engine;
use crate::{Output, SocketId};

impl Engine {
    /// Hands a new token to the channel.
    pub(super) fn push_token(&mut self) {
        let token = AccessToken {
            access_token: self.session.access_token.clone(),
        };
        self.push_to_channel("access_token", &token);
    }

    /// Sends an event on the channel, if there is a membership.
    pub(super) fn push_to_channel(&mut self, event: &str, payload: &impl Serialize) {
        let (Some(socket), Some(join_ref)) = (self.link.socket(), self.link.join_ref()) else {
            return;
        };
        let join_ref = Some(join_ref.to_owned());
        self.steps += 1;
        let reference = self.steps.to_string();
        let topic = self.topic();
        self.push(socket, join_ref, reference, &topic, event, payload);
    }

    pub(super) fn push(
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
