//! What a project may use of Realtime, and the counting of what it does use.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Limits of Realtime; a rate of nothing is without limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Sockets with at least one channel.
    pub clients: Option<usize>,
    /// Channels of one socket.
    pub channels: usize,
    /// Broadcasts per second, sent and received.
    pub messages: Option<u32>,
    /// Joins per second.
    pub joins: Option<u32>,
    /// Presence messages per second, sent and received.
    pub presence: Option<u32>,
    /// Calls of one channel to show or hide itself, in 30 seconds.
    pub presence_calls: usize,
    /// Bytes of one broadcast or presence.
    pub payload: usize,
    /// Database changes per second, counted for each who hears them.
    pub changes: Option<u32>,
    /// How long row level security of a table may take for one crowd of listeners.
    pub policy: Duration,
    /// How often sockets without a channel are looked for, and cut off.
    pub sweep: Duration,
}

impl Default for Limits {
    /// No limits on how many and how often, as suits a machine of one's own.
    fn default() -> Self {
        Self {
            clients: None,
            channels: 100,
            messages: None,
            joins: None,
            presence: None,
            presence_calls: 5,
            payload: 3_000_500,
            changes: None,
            policy: Duration::from_secs(5),
            sweep: Duration::from_secs(600),
        }
    }
}

impl Limits {
    /// The limits of a plan by its name: `none`, `self-hosted`, `free`, `pro` or `team`.
    pub fn of_plan(name: &str) -> Option<Self> {
        let plan = |clients, rate, presence, kilobytes: usize| Self {
            clients: Some(clients),
            messages: Some(rate),
            joins: Some(rate),
            presence: Some(presence),
            payload: kilobytes * 1000 + 500,
            changes: Some(rate),
            ..Self::default()
        };
        Some(match name {
            "none" => Self::default(),
            "self-hosted" => plan(200, 100, 1000, 3000),
            "free" => plan(200, 100, 20, 256),
            "pro" => plan(500, 500, 50, 3000),
            "team" => plan(10_000, 2500, 1000, 3000),
            _ => return None,
        })
    }
}

/// Length of one count.
const TICK: Duration = Duration::from_secs(5);
/// Counts that are kept: the average goes over this many.
const TICKS: u32 = 12;

/// How often something happens, on average over the last minute.
pub struct Rate {
    limit: Option<u32>,
    /// Beginning of each count, and the count; the latest last.
    counts: VecDeque<(Instant, u64)>,
}

impl Rate {
    /// Nothing has happened yet.
    pub fn new(limit: Option<u32>) -> Self {
        Self {
            limit,
            counts: VecDeque::new(),
        }
    }

    /// It happens so many times.
    pub fn add(&mut self, now: Instant, times: u64) {
        if self.limit.is_none() {
            return;
        }
        match self.counts.back_mut() {
            Some((since, count)) if now.saturating_duration_since(*since) < TICK => *count += times,
            Some(_) | None => self.counts.push_back((now, times)),
        }
    }

    /// Whether it happens as often as it may, or would if it happened so many times more.
    pub fn is_exceeded(&mut self, now: Instant, more: u64) -> bool {
        let Some(limit) = self.limit else {
            return false;
        };
        self.forget(now);
        let minute = TICK.as_secs() * u64::from(TICKS);
        self.total() + more * minute >= u64::from(limit) * minute
    }

    /// How often it happens in a second, in whole numbers.
    pub fn average(&mut self, now: Instant) -> u64 {
        self.forget(now);
        self.total() / (TICK.as_secs() * u64::from(TICKS))
    }

    fn total(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    fn forget(&mut self, now: Instant) {
        while self
            .counts
            .front()
            .is_some_and(|(since, _)| now.saturating_duration_since(*since) >= TICK * TICKS)
        {
            self.counts.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_the_average_of_the_last_minute() {
        let mut rate = Rate::new(Some(2));
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        rate.add(at(0), 60);
        rate.add(at(30), 59);
        assert!(!rate.is_exceeded(at(30), 0));
        assert!(
            rate.is_exceeded(at(30), 1),
            "one more each second would be too many"
        );
        rate.add(at(31), 1);
        assert!(rate.is_exceeded(at(59), 0));
        assert_eq!(rate.average(at(59)), 2);
        assert!(
            !rate.is_exceeded(at(61), 0),
            "the first ones are a minute old"
        );
        let mut unlimited = Rate::new(None);
        unlimited.add(start, u64::MAX);
        assert!(!unlimited.is_exceeded(start, 1));
    }

    #[test]
    fn plans_have_names() {
        assert_eq!(Limits::of_plan("none"), Some(Limits::default()));
        assert_eq!(
            Limits::of_plan("free").and_then(|limits| limits.presence),
            Some(20)
        );
        assert_eq!(Limits::of_plan("enterprise"), None);
    }
}
