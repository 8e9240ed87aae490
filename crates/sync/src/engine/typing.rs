//! Saying that one writes, and hearing it of others.

use super::{Engine, link::Link};
use crate::{
    Now,
    timers::Timer,
    typing::{Broadcast, EVENT},
};

impl Engine {
    /// The person writes, or has sent or dropped what they wrote. Said to others at most every few
    /// seconds, and only on a channel that is there: nobody needs to know it later.
    pub fn typing(&mut self, now: Now, done: bool) {
        if !matches!(self.link, Link::Streaming { .. }) {
            return;
        }
        if !self.typing.may_say(now.instant, done) {
            return;
        }
        let said = Broadcast::new(self.session.user.id.clone(), done);
        self.push_to_channel("broadcast", &said);
    }

    pub(super) fn on_broadcast(&mut self, now: Now, said: Broadcast) {
        if said.event != EVENT {
            return;
        }
        self.typing.hear(now.instant, said.payload);
        self.arm_typing();
    }

    pub(super) fn fade(&mut self, now: Now) {
        self.typing.fade(now.instant);
        self.arm_typing();
    }

    fn arm_typing(&mut self) {
        match self.typing.next() {
            Some(at) => self.timers.set(Timer::Typing, at),
            None => self.timers.stop(Timer::Typing),
        }
    }
}
