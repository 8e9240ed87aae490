//! Which part of a list is shown: all that stands at or after one key.

use std::hash::Hash;

use sync::Step;

use crate::live::{chain::Chain, list::Missed};

/// The end of a list.
#[derive(Debug)]
pub struct Window<K> {
    shown: Chain<K>,
    /// Whether it reaches to the list's first key.
    whole: bool,
}

impl<K> Default for Window<K> {
    fn default() -> Self {
        Self {
            shown: Chain::default(),
            whole: true,
        }
    }
}

impl<K: Copy + Eq + Hash> Window<K> {
    /// The keys shown, in order.
    #[must_use]
    pub fn shown(&self) -> &Chain<K> {
        &self.shown
    }

    /// Whether nothing of the list is hidden.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Follows the list to what it is now, and reaches over at least `least` of its keys. Names every key
    /// that came, left or moved, and those that have another key before them.
    pub fn follow(&mut self, missed: Missed<K>, list: &Chain<K>, least: usize) -> Vec<K> {
        let mut touched = Vec::new();
        match missed {
            Missed::Steps(steps) => {
                for step in steps {
                    self.step(self.seen(step), &mut touched);
                }
            }
            Missed::All => {
                let old: Vec<K> = self.shown.iter().collect();
                let first = self.shown.first();
                for key in old.into_iter().filter(|key| !list.contains(*key)) {
                    self.step(Step::Leave(key), &mut touched);
                }
                // What was in view stays in view.
                let mut reached = first.is_none_or(|first| !list.contains(first));
                let mut before = None;
                for (count, key) in list.from_end().enumerate() {
                    if reached && count >= least {
                        self.step(Step::Leave(key), &mut touched);
                        continue;
                    }
                    self.step(Step::Stand { key, before }, &mut touched);
                    before = Some(key);
                    reached |= Some(key) == first;
                }
            }
        }
        while self.shown.len() < least {
            let before = self.shown.first();
            let next = before.map_or(list.last(), |first| list.before(first));
            let Some(key) = next else { break };
            self.step(Step::Stand { key, before }, &mut touched);
        }
        self.whole = self.shown.first() == list.first();
        touched.extend(self.shown.first());
        touched
    }

    /// Hides all but the last `most` keys; names those that left.
    pub fn drop_to(&mut self, most: usize) -> Vec<K> {
        let mut touched = Vec::new();
        while self.shown.len() > most {
            let Some(first) = self.shown.first() else {
                break;
            };
            self.step(Step::Leave(first), &mut touched);
            self.whole = false;
        }
        touched
    }

    /// What a step of the list is here: what is put before all that is shown stays hidden.
    fn seen(&self, step: Step<K>) -> Step<K> {
        let Step::Stand { key, before } = step else {
            return step;
        };
        let visible = before.is_none_or(|before| {
            self.shown.contains(before) && (self.whole || self.shown.first() != Some(before))
        });
        if visible { step } else { Step::Leave(key) }
    }

    fn step(&mut self, step: Step<K>, touched: &mut Vec<K>) {
        let (Step::Leave(key) | Step::Stand { key, .. }) = step;
        let old = self.shown.after(key);
        if self.shown.take(step) {
            touched.push(key);
            touched.extend(old);
            touched.extend(self.shown.after(key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small numbers that look like chance and are the same in every run.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: u8) -> u8 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 32) as u8 % sides
        }

        /// A step that the list can take: the neighbour that it names is there.
        fn step(&mut self, list: &Chain<u8>) -> Step<u8> {
            let (key, before) = (self.roll(12), self.roll(15));
            match self.roll(3) {
                0 => Step::Leave(key),
                _ => Step::Stand {
                    key,
                    before: (before != key && list.contains(before)).then_some(before),
                },
            }
        }
    }

    /// The key before another in a list.
    fn before(keys: &[u8], key: u8) -> Option<u8> {
        let at = keys.iter().position(|other| *other == key)?;
        at.checked_sub(1).map(|at| keys[at])
    }

    #[test]
    fn the_end_of_the_list_is_shown_whatever_happens() {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        for _ in 0..2_000 {
            let mut list = Chain::default();
            let mut window = Window::default();
            for _ in 0..20 {
                let all_before: Vec<u8> = list.iter().collect();
                let shown_before: Vec<u8> = window.shown().iter().collect();
                let mut steps = Vec::new();
                for _ in 0..dice.roll(6) {
                    let step = dice.step(&list);
                    if list.take(step) {
                        steps.push(step);
                    }
                }
                let least = usize::from(dice.roll(8)) + 1;
                let missed = match dice.roll(3) {
                    0 => Missed::All,
                    _ => Missed::Steps(steps),
                };
                let mut touched = window.follow(missed, &list, least);
                if dice.roll(2) == 0 {
                    touched.extend(window.drop_to(least));
                }
                let all: Vec<u8> = list.iter().collect();
                let shown: Vec<u8> = window.shown().iter().collect();
                assert!(all.ends_with(&shown), "{shown:?} of {all:?}");
                assert!(shown.len() >= least.min(all.len()));
                assert_eq!(window.is_whole(), shown.len() == all.len());
                for key in shown.iter().filter(|key| !touched.contains(key)) {
                    assert!(shown_before.contains(key));
                    assert_eq!(before(&all_before, *key), before(&all, *key));
                }
                let mut left = shown_before.iter().filter(|key| !shown.contains(key));
                assert!(left.all(|key| touched.contains(key)));
            }
        }
    }
}
