//! A list in which every step costs the same, however long it is: each key knows its neighbours.

use std::{collections::HashMap, hash::Hash};

use sync::Step;

/// Keys in order, each once.
#[derive(Debug)]
pub struct Chain<K> {
    links: HashMap<K, Link<K>>,
    first: Option<K>,
    last: Option<K>,
}

#[derive(Debug, Clone, Copy)]
struct Link<K> {
    before: Option<K>,
    after: Option<K>,
}

impl<K> Default for Chain<K> {
    fn default() -> Self {
        Self {
            links: HashMap::new(),
            first: None,
            last: None,
        }
    }
}

impl<K: Copy + Eq + Hash> Chain<K> {
    /// Takes a step; whether anything is different now.
    pub fn take(&mut self, step: Step<K>) -> bool {
        match step {
            Step::Leave(key) => self.leave(key),
            Step::Stand { key, before } => self.stand(key, before),
        }
    }

    fn leave(&mut self, key: K) -> bool {
        let Some(Link { before, after }) = self.links.remove(&key) else {
            return false;
        };
        self.join(before, after);
        true
    }

    fn stand(&mut self, key: K, after: Option<K>) -> bool {
        // One that is not here cannot be stood before: then it is the end.
        let after = after.filter(|after| self.contains(*after) && *after != key);
        if self.links.get(&key).is_some_and(|link| link.after == after) {
            return false;
        }
        self.leave(key);
        let before = after.map_or(self.last, |after| self.before(after));
        self.links.insert(key, Link { before, after });
        self.join(before, Some(key));
        self.join(Some(key), after);
        true
    }

    /// Makes two neighbours of each other; nobody is the neighbour of the ends.
    fn join(&mut self, before: Option<K>, after: Option<K>) {
        match before {
            None => self.first = after,
            Some(before) => {
                if let Some(link) = self.links.get_mut(&before) {
                    link.after = after;
                }
            }
        }
        match after {
            None => self.last = before,
            Some(after) => {
                if let Some(link) = self.links.get_mut(&after) {
                    link.before = before;
                }
            }
        }
    }

    /// Whether the key is in the list.
    #[must_use]
    pub fn contains(&self, key: K) -> bool {
        self.links.contains_key(&key)
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// The first key.
    #[must_use]
    pub fn first(&self) -> Option<K> {
        self.first
    }

    /// The last key.
    #[must_use]
    pub fn last(&self) -> Option<K> {
        self.last
    }

    /// The key right before another.
    #[must_use]
    pub fn before(&self, key: K) -> Option<K> {
        self.links.get(&key)?.before
    }

    /// The key right after another.
    #[must_use]
    pub fn after(&self, key: K) -> Option<K> {
        self.links.get(&key)?.after
    }

    /// All keys from the first to the last.
    pub fn iter(&self) -> impl Iterator<Item = K> {
        std::iter::successors(self.first, |key| self.after(*key))
    }

    /// All keys from the last to the first.
    pub fn from_end(&self) -> impl Iterator<Item = K> {
        std::iter::successors(self.last, |key| self.before(*key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand(key: char, before: Option<char>) -> Step<char> {
        Step::Stand { key, before }
    }

    /// The chain after the steps; forwards and backwards it must read the same.
    fn after(steps: &[Step<char>]) -> String {
        let mut chain = Chain::default();
        for step in steps {
            chain.take(*step);
        }
        let forwards: String = chain.iter().collect();
        let backwards: String = chain.from_end().collect();
        assert_eq!(forwards, backwards.chars().rev().collect::<String>());
        assert_eq!(forwards.len(), chain.len());
        forwards
    }

    #[test]
    fn keys_come_move_and_leave_at_every_place() {
        let abc = [
            stand('c', None),
            stand('a', Some('c')),
            stand('b', Some('c')),
        ];
        let then = |more: &[Step<char>]| after(&[&abc, more].concat());
        assert_eq!(then(&[]), "abc");
        assert_eq!(then(&[stand('a', None)]), "bca");
        assert_eq!(then(&[stand('c', Some('a'))]), "cab");
        assert_eq!(then(&[Step::Leave('b')]), "ac");
        assert_eq!(
            then(&[Step::Leave('a'), Step::Leave('c'), Step::Leave('b')]),
            ""
        );
        assert_eq!(then(&[stand('x', Some('?'))]), "abcx");
    }

    #[test]
    fn a_step_to_where_the_key_stands_is_none() {
        let mut chain = Chain::default();
        assert!(chain.take(stand('b', None)));
        assert!(chain.take(stand('a', Some('b'))));
        assert!(!chain.take(stand('a', Some('b'))));
        assert!(!chain.take(stand('b', None)));
        assert!(!chain.take(Step::Leave('x')));
    }
}
