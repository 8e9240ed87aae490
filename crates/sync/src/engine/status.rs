//! The status, derived from what is so at the moment of asking.

use super::{Engine, Feed, Link};
use crate::{Now, Status, timers::Timer};

impl Engine {
    /// What is true of the connection at `now`.
    #[must_use]
    pub fn status(&self, now: Now) -> Status {
        let waiting = self.waiting();
        if let Some(reason) = &self.stopped {
            return Status::Stopped {
                reason: reason.clone(),
            };
        }
        if self.ended {
            return Status::SignInAgain;
        }
        if let Some(since) = self.offline_since {
            return Status::Offline { since, waiting };
        }
        match (&self.link, &self.feed) {
            (Link::Down, _) => match self.timers.at(Timer::Reconnect) {
                Some(at) => {
                    let millis = at.since(now.instant).as_millis();
                    let seconds = u32::try_from(millis.div_ceil(1000)).unwrap_or(u32::MAX);
                    Status::Reconnecting { seconds, waiting }
                }
                None => Status::Connecting,
            },
            (Link::Opening(_) | Link::Joining { .. } | Link::Joined { .. }, _) => {
                Status::Connecting
            }
            (Link::Streaming { .. }, _) if self.is_silent(now) => Status::Connecting,
            (Link::Streaming { .. }, Feed::Synced | Feed::Checking { .. })
                if self.proof.differing.is_empty() =>
            {
                Status::Live
            }
            (
                Link::Streaming { .. },
                Feed::Down
                | Feed::CatchingUp { .. }
                | Feed::Replaying(_)
                | Feed::Synced
                | Feed::Checking { .. },
            ) => Status::CatchingUp,
        }
    }
}
