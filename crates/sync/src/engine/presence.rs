//! Who is here: said by the channel, and believed a moment longer than it says.

use super::Engine;
use crate::{Now, timers::Timer};

impl Engine {
    /// Presence keys of the people who have the channel open, or had it a moment ago, when they changed since
    /// the last call.
    pub fn take_presence(&mut self) -> Option<Vec<String>> {
        self.presence
            .take_changed()
            .then(|| self.presence.keys().map(str::to_owned).collect())
    }

    pub(super) fn see_off(&mut self, now: Now) {
        self.presence.see_off(now.instant);
        self.await_leavers();
    }

    /// Wakes when the next of those who have left is gone.
    pub(super) fn await_leavers(&mut self) {
        match self.presence.next() {
            Some(at) => self.timers.set(Timer::Gone, at),
            None => self.timers.stop(Timer::Gone),
        }
    }
}
