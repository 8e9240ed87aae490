//! Time: it jumps from one thing that happens to the next.

use std::time::Duration;

use sync::{Input, Instant, Now};

use super::World;
use crate::client::now_at;

impl World {
    /// The time of everybody who has never slept.
    pub fn time(&self) -> Now {
        now_at(self.now)
    }

    /// The time by the clocks of a client: the steady one stands still while it sleeps.
    pub fn time_of(&self, client: usize) -> Now {
        let slept = self.clients[client].slept;
        Now {
            instant: Instant(self.now.0.saturating_sub(slept)),
            ..now_at(self.now)
        }
    }

    /// All devices sleep: time passes and nothing else.
    pub fn sleep(&mut self, span: Duration) {
        self.set_now(self.now + span);
    }

    /// Lets so many seconds pass.
    pub fn run(&mut self, seconds: u64) {
        self.run_for(Duration::from_secs(seconds));
    }

    /// Lets time pass.
    pub fn run_for(&mut self, span: Duration) {
        let end = self.now + span;
        while self.broken.is_none() {
            let event = self.queue.first_key_value().map(|(at, _)| *at);
            let timers = (0..self.clients.len()).filter_map(|client| self.timer(client));
            let next = event.into_iter().chain(timers).min();
            let Some(next) = next.filter(|at| *at <= end) else {
                break;
            };
            self.set_now(next.max(self.now));
            self.happen_now();
            for client in 0..self.clients.len() {
                if self.timer(client).is_some_and(|at| at <= self.now) {
                    self.input(client, Input::Timeout);
                }
            }
        }
        self.set_now(end);
    }

    fn set_now(&mut self, now: Instant) {
        self.now = now;
        self.server.clock = now;
    }

    /// When the next timer of a client is due, by the clock of the world.
    fn timer(&self, client: usize) -> Option<Instant> {
        let client = &self.clients[client];
        let at = client.engine.next_timeout()?;
        client.asleep.is_none().then(|| at + client.slept)
    }
}
