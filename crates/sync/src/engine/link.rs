//! Socket and channel: opening, joining, heartbeat, and starting over when any of it fails.

use std::time::Duration;

use super::{Engine, Feed};
use crate::{Instant, Now, Output, SocketId, timers::Timer};

/// A socket, a join and the first database change each have this long.
pub(super) const HANDSHAKE: Duration = Duration::from_secs(15);
/// Together: silence is noticed within 11 seconds, whichever moment it begins.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(6);
const HEARTBEAT_REPLY: Duration = Duration::from_secs(5);
/// A probe on waking.
const PROBE_REPLY: Duration = Duration::from_secs(4);
/// A server that says "too many" is left alone this long.
pub(super) const TOO_MANY: Duration = Duration::from_secs(30);
/// Timers that come this late mean that the device slept.
const SLEPT_MILLIS: i64 = 90_000;
/// A timer that comes so late was held up: the page was frozen, or is hidden.
const LATE: Duration = Duration::from_secs(3);
/// Digests that were equal so lately are not compared again on waking.
const JUST_COMPARED: Duration = Duration::from_secs(30);

/// How far the one channel on the one socket has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Link {
    /// No socket; the reconnect timer runs unless the device is offline or the engine stopped.
    Down,
    /// The socket is being opened.
    Opening(SocketId),
    /// The join is sent.
    Joining { socket: SocketId, join_ref: String },
    /// The join is accepted, yet no database change flows.
    Joined { socket: SocketId, join_ref: String },
    /// Database changes flow.
    Streaming { socket: SocketId, join_ref: String },
}

impl Link {
    pub(super) fn socket(&self) -> Option<SocketId> {
        match self {
            Self::Down => None,
            Self::Opening(socket)
            | Self::Joining { socket, .. }
            | Self::Joined { socket, .. }
            | Self::Streaming { socket, .. } => Some(*socket),
        }
    }

    pub(super) fn join_ref(&self) -> Option<&str> {
        match self {
            Self::Down | Self::Opening(_) => None,
            Self::Joining { join_ref, .. }
            | Self::Joined { join_ref, .. }
            | Self::Streaming { join_ref, .. } => Some(join_ref),
        }
    }
}

impl Engine {
    /// Tries to connect now instead of when the countdown ends.
    pub fn reconnect_now(&mut self, now: Now) {
        self.rest_over(now);
        if self.offline_since.is_some() {
            // The device may be wrong about its network; the attempt tells.
            self.on_online(now, true);
        }
        self.hurry(now);
    }

    /// Opens a new socket in place of the one that is open: Realtime asks the policies when one joins.
    pub fn rejoin(&mut self, now: Now) {
        if self.link != Link::Down {
            self.drop_link();
            self.connect(now);
        }
    }

    /// Ends the countdown.
    fn hurry(&mut self, now: Now) {
        if self.link == Link::Down {
            self.retries.link.reset();
            self.connect(now);
        }
    }

    pub(super) fn connect(&mut self, now: Now) {
        let idle = self.link == Link::Down && self.offline_since.is_none();
        if !idle || self.ended || self.stopped.is_some() {
            return;
        }
        self.timers.stop(Timer::Reconnect);
        if self.token_is_stale(now) {
            // The answer to the refresh connects.
            self.refresh(now);
            return;
        }
        self.steps += 1;
        let socket = SocketId(self.steps);
        self.link = Link::Opening(socket);
        self.timers.set(Timer::Handshake, now.instant + HANDSHAKE);
        self.outputs.push_back(Output::OpenSocket(socket));
    }

    pub(super) fn on_closed(&mut self, now: Now, socket: SocketId) {
        if self.link.socket() == Some(socket) {
            if self.link == Link::Opening(socket) {
                self.on_unopened();
            }
            self.lose_link(now);
        }
    }

    /// Gives the socket up and plans the next attempt.
    pub(super) fn lose_link(&mut self, now: Now) {
        self.drop_link();
        if self.offline_since.is_none() && !self.ended && self.stopped.is_none() {
            let at = now.instant + self.retries.link.next();
            self.timers.set(Timer::Reconnect, at);
        }
    }

    pub(super) fn drop_link(&mut self) {
        if let Some(socket) = self.link.socket() {
            self.outputs.push_back(Output::CloseSocket(socket));
        }
        self.link = Link::Down;
        self.feed = Feed::Down;
        for timer in [
            Timer::Handshake,
            Timer::Heartbeat,
            Timer::HeartbeatReply,
            Timer::Sync,
            Timer::Check,
            Timer::Patience,
            Timer::Replay,
            Timer::Typing,
        ] {
            self.timers.stop(timer);
        }
        self.typing.clear();
        self.close_guests();
    }

    pub(super) fn beat(&mut self, now: Now) {
        self.forget_silent_guests(now);
        self.probe(now, HEARTBEAT_REPLY);
    }

    fn probe(&mut self, now: Now, patience: Duration) {
        let (Some(socket), Some(_)) = (self.link.socket(), self.link.join_ref()) else {
            return;
        };
        if self.timers.at(Timer::HeartbeatReply).is_none() {
            self.timers
                .set(Timer::HeartbeatReply, now.instant + patience);
        }
        self.timers.set(Timer::Heartbeat, now.instant + HEARTBEAT);
        self.steps += 1;
        let reference = self.steps.to_string();
        let nothing = serde_json::Map::new();
        self.push(socket, None, reference, "phoenix", "heartbeat", &nothing);
    }

    /// Ends all attempts, for a reason that no retry can cure.
    pub(super) fn stop(&mut self, reason: String) {
        self.drop_link();
        self.timers.stop(Timer::Reconnect);
        self.stopped = Some(reason);
    }

    pub(super) fn on_online(&mut self, now: Now, online: bool) {
        match (online, self.offline_since) {
            (false, None) => {
                self.drop_link();
                self.timers.stop(Timer::Reconnect);
                self.offline_since = Some(now.wall);
            }
            (true, Some(_)) => {
                self.offline_since = None;
                self.retries.link.reset();
                self.connect(now);
                self.rest_over(now);
            }
            (true, None) | (false, Some(_)) => {}
        }
    }

    /// The page is looked at again. A connection that stood still is doubted; one that did not is only
    /// compared, when that was not done just now.
    pub(super) fn on_woke(&mut self, now: Now, froze: bool) {
        self.rest_over(now);
        if self.token_is_stale(now) {
            self.refresh(now);
        }
        self.hurry(now);
        self.probe(now, PROBE_REPLY);
        if !matches!(self.link, Link::Streaming { .. }) {
            return;
        }
        if froze {
            self.catch_up(now);
        } else if !self.was_equal_within(now, JUST_COMPARED) {
            self.check(now);
        }
    }

    /// Timers that come late, or a long silence of all inputs, mean that the device stood still. Says
    /// whether it did.
    pub(super) fn notice_sleep(&mut self, now: Now) -> bool {
        let before = self.last_input.replace(now);
        let slept =
            before.is_some_and(|then| now.wall.millis() - then.wall.millis() > SLEPT_MILLIS);
        let due = self.timers.next();
        let late = due.is_some_and(|due| now.instant.since(due) > LATE);
        let overdue = |at| now.instant.since(at) > LATE;
        // The answer may be among the inputs that wait; nobody had the chance to see it in time.
        let unheard = self.timers.at(Timer::HeartbeatReply).is_some_and(overdue);
        if slept || unheard {
            self.timers.stop(Timer::HeartbeatReply);
            self.probe(now, PROBE_REPLY);
        }
        if slept {
            self.plan_refresh(now);
            if matches!(self.link, Link::Streaming { .. }) {
                self.catch_up(now);
            }
        }
        // Some devices hold the steady clock while they sleep.
        let skipped = before.is_some_and(|then| {
            let steady = now.instant.since(then.instant) + LATE;
            let wall = u64::try_from(now.wall.millis() - then.wall.millis());
            wall.is_ok_and(|wall| Duration::from_millis(wall) > steady)
        });
        slept || late || skipped
    }

    /// Whether a heartbeat is owed: sent and not answered in time, or not even sent.
    pub(super) fn is_silent(&self, now: Now) -> bool {
        let overdue = |timer, patience| {
            let due: Option<Instant> = self.timers.at(timer);
            due.is_some_and(|due| now.instant > due + patience)
        };
        overdue(Timer::HeartbeatReply, Duration::ZERO) || overdue(Timer::Heartbeat, HEARTBEAT_REPLY)
    }
}
