//! Database changes: which channels listen, and the frames that reach them.

use std::{collections::HashMap, sync::Arc};

use axum::extract::ws::Utf8Bytes;
use wire::{
    Version,
    join::{Status, System},
};

use super::{ChannelId, Hub, Outgoing};
use crate::realtime::{
    binding::Binding,
    token::Identity,
    value::string,
    visibility::{Audience, Delivery, Judged, Viewer},
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
        self.audience = None;
        self.system(channel, "postgres_changes", Status::Ok, System::SUBSCRIBED);
    }

    /// The bindings of a channel do not live, or no longer: the message says why.
    pub fn unsubscribe(&mut self, channel: ChannelId, message: &str) {
        if let Some(unsubscribed) = self.channels.get_mut(&channel) {
            // A former person's view must not outlast the loss of it.
            unsubscribed.viewer = None;
            self.audience = None;
        }
        self.system(channel, "postgres_changes", Status::Error, message);
    }

    /// The change stream has begun anew: whoever listens may have missed something, and is told.
    pub fn resubscribed(&mut self) {
        for member in self
            .audience()
            .groups
            .iter()
            .flat_map(|group| &group.members)
        {
            self.system(
                member.channel,
                "postgres_changes",
                Status::Ok,
                System::SUBSCRIBED,
            );
        }
    }

    /// All channels that have bindings, whether these live or not, and whom they speak for.
    pub fn bound(&self) -> Vec<(ChannelId, Arc<Identity>, Arc<[Binding]>)> {
        let bound = self.channels.iter();
        bound
            .filter(|(_, channel)| !channel.bindings.is_empty())
            .map(|(id, channel)| (*id, channel.identity.clone(), channel.bindings.clone()))
            .collect()
    }

    /// All channels whose bindings live.
    pub fn audience(&mut self) -> Arc<Audience> {
        let channels = &self.channels;
        let gather = || {
            let listeners = channels.iter().filter_map(|(id, channel)| {
                let viewer = channel.viewer.as_ref()?;
                Some((*id, viewer, &channel.bindings))
            });
            Arc::new(Audience::gather(listeners))
        };
        self.audience.get_or_insert_with(gather).clone()
    }

    /// Sends what was judged, and tells those for whom it could not be.
    pub fn judged(&mut self, judged: &Judged) {
        self.changes(&judged.deliveries);
        for (channel, binding) in &judged.slow {
            self.unsubscribe(
                *channel,
                &format!("Unable to subscribe to changes with given parameters. The filter took too long to judge a row, so nothing more is heard: {binding}. Choose a simpler one, or listen without."),
            );
        }
        for channel in &judged.missed {
            self.system(*channel, "postgres_changes", Status::Ok, System::SUBSCRIBED);
        }
    }

    /// Sends changes in order; those of channels that are gone fall away.
    pub fn changes(&mut self, deliveries: &[Delivery]) {
        // Nobody is told of what is too much, as in the real service.
        if self.rates.changes.is_exceeded(self.now, 0) {
            return;
        }
        let frames = deliveries.iter().map(|delivery| delivery.channels.len());
        self.rates
            .changes
            .add(self.now, frames.sum::<usize>() as u64);
        for delivery in deliveries {
            // Each topic's frame is made once; all who get it share it.
            let mut made: HashMap<(&str, bool), Utf8Bytes> = HashMap::new();
            for channel in delivery.channels.iter() {
                let Some(channel) = self.channels.get(channel) else {
                    continue;
                };
                let Some(socket) = self.sockets.get(&channel.socket) else {
                    continue;
                };
                let (topic, version) = (channel.topic.name.as_str(), socket.version);
                let text = made
                    .entry((topic, version == Version::V1))
                    .or_insert_with(|| frame(delivery, topic, version).into());
                self.out
                    .push((channel.socket, Outgoing::Text(text.clone())));
            }
        }
    }
}

/// The frame of a change on a topic, put together from parts that are JSON already.
fn frame(Delivery { ids, data, .. }: &Delivery, topic: &str, version: Version) -> String {
    let mut text = String::with_capacity(data.len() + topic.len() + 128);
    text.push_str(match version {
        Version::V1 => "{\"topic\":",
        Version::V2 => "[null,null,",
    });
    string(topic, &mut text);
    text.push_str(match version {
        Version::V1 => ",\"event\":\"postgres_changes\",\"payload\":",
        Version::V2 => ",\"postgres_changes\",",
    });
    text.push_str("{\"ids\":[");
    for (at, id) in ids.iter().enumerate() {
        text.push_str(if at > 0 { "," } else { "" });
        text.push_str(&id.to_string());
    }
    text.push_str("],\"data\":");
    text.push_str(data);
    text.push_str(match version {
        Version::V1 => "},\"ref\":null}",
        Version::V2 => "}]",
    });
    text
}
