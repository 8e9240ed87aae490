//! The end of a channel, whoever ends it.

use serde_json::json;
use wire::join::Status;

use super::{Address, ChannelId, Hub, SocketId};

impl Hub {
    /// Leaves a topic; leaving what was never joined is fine, too.
    pub fn leave(&mut self, socket: SocketId, address: Address) {
        let channel = self.channel(socket, &address.topic);
        self.reply(socket, address, true, &json!({}));
        if let Some(channel) = channel {
            self.close(channel);
        }
    }

    /// Ends a channel in an orderly way.
    pub fn close(&mut self, channel: ChannelId) {
        let Some((socket, mut address)) = self.address(channel) else {
            return;
        };
        self.forget(channel);
        if let Some(socket) = self.sockets.get_mut(&socket) {
            socket.joined.remove(&address.topic);
        }
        address.reference = address.join_ref.clone();
        self.send(socket, address, "phx_close", &json!({}));
    }

    /// Ends a channel with the reason in a `system` message before.
    pub fn fail(&mut self, channel: ChannelId, message: &str) {
        self.system(channel, "system", Status::Error, message);
        self.close(channel);
    }

    /// Removes a channel without a word to it; the others in the room see its presence leave.
    pub(super) fn forget(&mut self, channel: ChannelId) {
        let Some(gone) = self.channels.remove(&channel) else {
            return;
        };
        if gone.viewer.is_some() {
            self.audience = None;
        }
        let Some(room) = self.rooms.get_mut(&gone.topic) else {
            return;
        };
        room.members.remove(&channel);
        let diff = room.presence.remove(channel);
        if room.members.is_empty() {
            self.rooms.remove(&gone.topic);
        } else {
            self.presence_diff(&gone.topic, diff);
        }
    }
}
