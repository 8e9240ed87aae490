//! All deadlines of the engine: one table, one entry each.

use crate::Instant;

/// What a deadline is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timer {
    /// Connect again.
    Reconnect,
    /// Opening, joining or subscribing has taken too long.
    Handshake,
    /// Send a heartbeat.
    Heartbeat,
    /// A heartbeat was not answered.
    HeartbeatReply,
    /// Refresh the access token.
    Refresh,
    /// Ask for the rows again.
    Sync,
    /// Compare digests.
    Check,
    /// A comparison has held changes back long enough.
    Patience,
    /// Apply more of the changes that were kept.
    Replay,
    /// Send the next write again.
    Write,
    /// Fetch single rows again.
    Fetch,
    /// A single row has been waited for long enough.
    Late,
    /// Somebody has not been heard of writing for a while.
    Typing,
    /// Somebody who has left has not come back.
    Gone,
    /// Keep the rows for the next start.
    Keep,
    /// Show rows that were kept, although the server has not answered.
    Show,
}

const ALL: [Timer; 16] = [
    Timer::Reconnect,
    Timer::Handshake,
    Timer::Heartbeat,
    Timer::HeartbeatReply,
    Timer::Refresh,
    Timer::Sync,
    Timer::Check,
    Timer::Patience,
    Timer::Replay,
    Timer::Write,
    Timer::Fetch,
    Timer::Late,
    Timer::Typing,
    Timer::Gone,
    Timer::Keep,
    Timer::Show,
];

#[derive(Debug, Default)]
pub(crate) struct Timers([Option<Instant>; ALL.len()]);

impl Timers {
    pub(crate) fn set(&mut self, timer: Timer, at: Instant) {
        self.0[timer as usize] = Some(at);
    }

    pub(crate) fn stop(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    pub(crate) fn at(&self, timer: Timer) -> Option<Instant> {
        self.0[timer as usize]
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.0.iter().flatten().min().copied()
    }

    /// Takes a deadline that has come, earliest first.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<Timer> {
        let due = ALL
            .into_iter()
            .filter(|timer| self.at(*timer).is_some_and(|at| at <= now));
        let first = due.min_by_key(|timer| self.at(*timer))?;
        self.stop(first);
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn due_deadlines_come_in_order_and_once() {
        let at = |seconds| Instant(Duration::from_secs(seconds));
        let mut timers = Timers::default();
        timers.set(Timer::Write, at(2));
        timers.set(Timer::Refresh, at(1));
        timers.set(Timer::Sync, at(9));
        assert_eq!(timers.next(), Some(at(1)));
        assert_eq!(timers.take_due(at(3)), Some(Timer::Refresh));
        assert_eq!(timers.take_due(at(3)), Some(Timer::Write));
        assert_eq!(timers.take_due(at(3)), None);
        assert_eq!(timers.next(), Some(at(9)));
    }
}
