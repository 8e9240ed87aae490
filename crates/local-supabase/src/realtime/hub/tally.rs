//! How many are connected and what they were refused, for people who look after the server.

use serde::Serialize;

use std::mem;

use super::Hub;
use crate::{realtime::Handle, status_page::errors::What};

/// What was refused since somebody asked.
pub(super) type Refusals = Vec<What>;

/// Connections and what they are joined to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Open sockets.
    pub sockets: usize,
    /// Memberships in a topic.
    pub channels: usize,
    /// Those of them that are private.
    pub private: usize,
    /// Those that hear of database changes.
    pub live: usize,
    /// Those that have asked for changes and do not hear of them yet, or were refused.
    pub waiting: usize,
}

impl Hub {
    fn tally(&self) -> Tally {
        let count = |fits: &dyn Fn(&super::Channel) -> bool| {
            self.channels
                .values()
                .filter(|channel| fits(channel))
                .count()
        };
        Tally {
            sockets: self.sockets.len(),
            channels: self.channels.len(),
            private: count(&|channel| channel.topic.private),
            live: count(&|channel| channel.viewer.is_some()),
            waiting: count(&|channel| channel.viewer.is_none() && !channel.bindings.is_empty()),
        }
    }
}

impl Hub {
    /// Somebody was told no. A reason begins with its code, as in `Unauthorized: You do not …`.
    pub(super) fn refused(&mut self, topic: &str, reason: &str) {
        let (code, message) = match reason.split_once(": ") {
            Some((code, message)) if !code.contains(' ') => (code, message),
            Some(_) | None => ("", reason),
        };
        self.refusals.push(What {
            request: topic.to_owned(),
            status: None,
            code: code.to_owned(),
            message: message.to_owned(),
        });
    }

    /// Takes what was refused since the last time.
    pub fn refusals(&mut self) -> Refusals {
        mem::take(&mut self.refusals)
    }
}

impl Handle {
    /// Counts what there is at this moment.
    pub fn tally(&self) -> Tally {
        self.with(|hub| hub.tally())
    }
}
