//! Database changes: which channels listen, and the frames that reach them.

use std::sync::Arc;

use wire::{
    Version,
    join::{Status, System},
};

use super::{ChannelId, Hub, Outgoing};
use crate::realtime::{
    value::string,
    visibility::{Delivery, Listener, Viewer},
};

impl Hub {
    /// From now on the bindings of a channel live, for this person.
    pub fn subscribe(&mut self, channel: ChannelId, viewer: Arc<Viewer>) {
        let Some(subscribed) = self.channels.get_mut(&channel) else {
            return;
        };
        // The token has changed meanwhile: its own subscribe is on the way.
        if subscribed.identity.claims != viewer.claims || subscribed.identity.role != viewer.role {
            return;
        }
        subscribed.viewer = Some(viewer);
        self.system(channel, "postgres_changes", Status::Ok, System::SUBSCRIBED);
    }

    /// The bindings of a channel do not live, or no longer: the message says why.
    pub fn unsubscribe(&mut self, channel: ChannelId, message: &str) {
        if let Some(unsubscribed) = self.channels.get_mut(&channel) {
            // A former person's view must not outlast the loss of it.
            unsubscribed.viewer = None;
        }
        self.system(channel, "postgres_changes", Status::Error, message);
    }

    /// The change stream has begun anew: whoever listens may have missed something, and is told.
    pub fn resubscribed(&mut self) {
        for listener in self.listeners() {
            self.system(
                listener.channel,
                "postgres_changes",
                Status::Ok,
                System::SUBSCRIBED,
            );
        }
    }

    /// All channels whose bindings live.
    pub fn listeners(&self) -> Vec<Listener> {
        let listeners = self.channels.iter().filter_map(|(id, channel)| {
            let viewer = channel.viewer.clone()?;
            Some(Listener {
                channel: *id,
                viewer,
                bindings: channel.bindings.clone(),
            })
        });
        listeners.collect()
    }

    /// Sends changes in order; those of channels that are gone fall away.
    pub fn changes(&mut self, deliveries: &[Delivery]) {
        // Nobody is told of what is too much, as in the real service.
        if self.rates.changes.is_exceeded(self.now, 0) {
            return;
        }
        self.rates.changes.add(self.now, deliveries.len() as u64);
        for Delivery { channel, ids, data } in deliveries {
            let Some(channel) = self.channels.get(channel) else {
                continue;
            };
            let Some(socket) = self.sockets.get(&channel.socket) else {
                continue;
            };
            let mut text = String::with_capacity(data.len() + 128);
            let payload = |text: &mut String| {
                text.push_str("{\"ids\":[");
                for (at, id) in ids.iter().enumerate() {
                    text.push_str(if at > 0 { "," } else { "" });
                    text.push_str(&id.to_string());
                }
                text.push_str("],\"data\":");
                text.push_str(data);
                text.push('}');
            };
            match socket.version {
                Version::V1 => {
                    text.push_str("{\"topic\":");
                    string(&channel.topic.name, &mut text);
                    text.push_str(",\"event\":\"postgres_changes\",\"payload\":");
                    payload(&mut text);
                    text.push_str(",\"ref\":null}");
                }
                Version::V2 => {
                    text.push_str("[null,null,");
                    string(&channel.topic.name, &mut text);
                    text.push_str(",\"postgres_changes\",");
                    payload(&mut text);
                    text.push(']');
                }
            }
            self.out.push((channel.socket, Outgoing::Text(text)));
        }
    }
}
