//! Whom a channel speaks for: a new token, and the end of one.

use std::sync::Arc;

use serde_json::Value;

use super::{ChannelId, Hub, Rights};
use crate::realtime::token::Identity;

impl Hub {
    /// Whether a channel could hear or see something that it could not with these rights.
    pub fn loses(&self, channel: ChannelId, rights: Rights) -> bool {
        self.channels.get(&channel).is_some_and(|channel| {
            let saw = channel.rights.see && channel.tracker.enabled;
            (channel.rights.hear && !rights.hear) || (saw && !rights.see)
        })
    }

    /// Replaces whom a channel speaks for; its bindings go on looking for the former until they are
    /// subscribed anew.
    pub fn renew(&mut self, channel: ChannelId, identity: Arc<Identity>, rights: Rights) {
        if let Some(channel) = self.channels.get_mut(&channel) {
            channel.identity = identity;
            channel.rights = rights;
        }
    }

    /// Closes a channel whose token has ended; returns when to look again, in seconds since 1970.
    pub fn expire(&mut self, channel: ChannelId, now: u64) -> Option<u64> {
        let exp = self.channels.get(&channel)?.identity.exp;
        if exp > now {
            return Some(exp);
        }
        self.fail(
            channel,
            &format!("Token has expired {} seconds ago", now - exp),
        );
        None
    }

    /// Closes the channels of a user, or all, as if their tokens had just ended.
    pub fn expire_now(&mut self, user: Option<&str>, now: u64) {
        let mut ended = Vec::new();
        for (id, channel) in &self.channels {
            let claims: Value = serde_json::from_str(&channel.identity.claims).unwrap_or_default();
            if user.is_none() || claims.get("sub").and_then(Value::as_str) == user {
                ended.push((*id, channel.identity.clone()));
            }
        }
        for (id, identity) in ended {
            let identity = Identity {
                exp: now,
                ..Identity::clone(&identity)
            };
            if let Some(channel) = self.channels.get_mut(&id) {
                channel.identity = Arc::new(identity);
            }
            self.expire(id, now);
        }
    }
}
