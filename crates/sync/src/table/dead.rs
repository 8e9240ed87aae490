//! Memory of the deleted: how far each key is dead, forgotten oldest first beyond a limit.

use std::collections::VecDeque;

use super::erased::{Key, KeyMap};
use crate::Rev;

/// So many deaths are remembered; an answer that was under way for longer than that many deletions may
/// bring a row back, which the next comparison of digests finds.
const LIMIT: usize = 10_000;

/// Keys of deleted rows with the last version that is dead.
#[derive(Debug)]
pub(super) struct Dead {
    revs: KeyMap<Rev>,
    order: VecDeque<Key>,
}

impl Dead {
    pub(super) fn new() -> Self {
        Self {
            revs: KeyMap::default(),
            order: VecDeque::new(),
        }
    }

    pub(super) fn has(&self, key: &Key) -> bool {
        self.revs.contains_key(key)
    }

    /// Whether that version of the row is dead.
    pub(super) fn covers(&self, key: &Key, rev: Rev) -> bool {
        self.revs.get(key).is_some_and(|died| *died >= rev)
    }

    /// Remembers that the row is dead up to and including `rev`.
    pub(super) fn add(&mut self, key: &Key, rev: Rev) {
        if let Some(died) = self.revs.get_mut(key) {
            *died = rev.max(*died);
            return;
        }
        if self.order.len() >= LIMIT
            && let Some(oldest) = self.order.pop_front()
        {
            self.revs.remove(&oldest);
        }
        self.revs.insert(key.clone(), rev);
        self.order.push_back(key.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_deaths_are_forgotten() {
        let mut dead = Dead::new();
        for key in 0..=LIMIT {
            dead.add(&Key::of(&key), Rev(5));
        }
        let (oldest, next) = (Key::of(&0), Key::of(&1));
        dead.add(&next, Rev(3));
        assert!(!dead.has(&oldest));
        assert!(dead.covers(&next, Rev(5)) && !dead.covers(&next, Rev(6)));
        assert_eq!((dead.revs.len(), dead.order.len()), (LIMIT, LIMIT));
    }
}
