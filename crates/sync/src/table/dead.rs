//! Memory of the deleted: how far each key is dead, forgotten oldest first beyond a limit.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
};

use crate::Rev;

/// So many deaths are remembered; an answer that was under way for longer than that many deletions may
/// bring a row back, which the next comparison of digests finds.
const LIMIT: usize = 10_000;

/// Keys of deleted rows with the last version that is dead.
#[derive(Debug)]
pub(super) struct Dead<K> {
    revs: HashMap<K, Rev>,
    order: VecDeque<K>,
}

impl<K: Copy + Eq + Hash> Dead<K> {
    pub(super) fn new() -> Self {
        Self {
            revs: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    pub(super) fn has(&self, key: &K) -> bool {
        self.revs.contains_key(key)
    }

    /// Whether that version of the row is dead.
    pub(super) fn covers(&self, key: &K, rev: Rev) -> bool {
        self.revs.get(key).is_some_and(|died| *died >= rev)
    }

    /// Remembers that the row is dead up to and including `rev`.
    pub(super) fn add(&mut self, key: K, rev: Rev) {
        if let Some(died) = self.revs.get_mut(&key) {
            *died = rev.max(*died);
            return;
        }
        if self.order.len() >= LIMIT
            && let Some(oldest) = self.order.pop_front()
        {
            self.revs.remove(&oldest);
        }
        self.revs.insert(key, rev);
        self.order.push_back(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_deaths_are_forgotten() {
        let mut dead = Dead::new();
        for key in 0..=LIMIT {
            dead.add(key, Rev(5));
        }
        dead.add(1, Rev(3));
        assert!(!dead.has(&0));
        assert!(dead.covers(&1, Rev(5)) && !dead.covers(&1, Rev(6)));
        assert_eq!((dead.revs.len(), dead.order.len()), (LIMIT, LIMIT));
    }
}
