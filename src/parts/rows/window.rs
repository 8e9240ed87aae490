//! Which rows of a list are drawn, and how much room those in between take.

use std::{collections::HashMap, hash::Hash};

use sync::Step;

use crate::live::{chain::Chain, list::Missed};

/// What a row is taken to measure at first that was never drawn, in pixels.
pub const GUESS: f64 = 48.0;

/// The drawn rows of a list, and the gaps that stand for the others.
#[derive(Debug)]
pub struct Window<K> {
    shown: Chain<K>,
    /// Pixels of the rows that are not drawn right before a drawn one; `None` is the end of the list.
    gaps: HashMap<Option<K>, f64>,
    /// What a row measured when it was drawn last.
    heights: HashMap<K, f64>,
    /// What a row is taken to measure that was never drawn.
    guess: f64,
    /// How many rows are drawn or in a gap.
    counted: usize,
}

impl<K> Default for Window<K> {
    fn default() -> Self {
        Self {
            shown: Chain::default(),
            gaps: HashMap::new(),
            heights: HashMap::new(),
            guess: GUESS,
            counted: 0,
        }
    }
}

impl<K: Copy + Eq + Hash> Window<K> {
    /// The drawn keys, in order.
    #[must_use]
    pub fn shown(&self) -> &Chain<K> {
        &self.shown
    }

    /// Pixels of what is not drawn between this key, or the end, and the drawn one before it.
    #[must_use]
    pub fn gap(&self, before: Option<K>) -> f64 {
        self.gaps.get(&before).copied().unwrap_or_default()
    }

    /// What a row measured when it was drawn last.
    #[must_use]
    pub fn known(&self, key: K) -> Option<f64> {
        self.heights.get(&key).copied()
    }

    /// What a row measures, as far as one knows.
    #[must_use]
    pub fn height(&self, key: K) -> f64 {
        self.known(key).unwrap_or(self.guess)
    }

    /// Follows the list to what it is now; whether anything changed. What was drawn and is still in the list
    /// stays drawn.
    pub fn follow(&mut self, missed: Missed<K>, list: &Chain<K>) -> bool {
        if let Missed::Steps(steps) = missed {
            if steps.is_empty() {
                return false;
            }
            let told = steps.into_iter().all(|step| self.step(step));
            // A row that moved from one gap to another was counted twice.
            if told && self.counted == list.len() {
                return true;
            }
        }
        self.count(list);
        true
    }

    /// Takes a step without a look at the list; `false` when it would take one to know which gap it is about.
    fn step(&mut self, step: Step<K>) -> bool {
        match step {
            Step::Leave(key) => {
                let known = self.shown.contains(key);
                if known {
                    self.take_out(key);
                    self.heights.remove(&key);
                    self.counted -= 1;
                }
                known
            }
            Step::Stand { key, before } => {
                if before.is_some_and(|before| !self.shown.contains(before)) {
                    return false;
                }
                if self.shown.contains(key) {
                    self.take_out(key);
                    let gap = self.gaps.remove(&before).unwrap_or_default();
                    self.gaps.insert(Some(key), gap);
                    self.shown.take(step);
                } else {
                    *self.gaps.entry(before).or_default() += self.height(key);
                    self.counted += 1;
                }
                true
            }
        }
    }

    /// Counts everything anew.
    fn count(&mut self, list: &Chain<K>) {
        let old = std::mem::take(&mut self.shown);
        self.gaps.clear();
        self.heights.retain(|key, _| list.contains(*key));
        self.counted = list.len();
        let mut gap = 0.0;
        for key in list.iter() {
            if old.contains(key) {
                self.shown.take(Step::Stand { key, before: None });
                self.gaps.insert(Some(key), gap);
                gap = 0.0;
            } else {
                gap += self.height(key);
            }
        }
        self.gaps.insert(None, gap);
    }

    /// Draws a row of the list. What is between it and the nearest that is drawn is looked at.
    pub fn draw(&mut self, key: K, list: &Chain<K>) {
        if self.shown.contains(key) || !list.contains(key) {
            return;
        }
        let (mut up, mut above) = (list.before(key), 0.0);
        let (mut down, mut below) = (list.after(key), 0.0);
        let is_drawn =
            |window: &Self, key: Option<K>| key.is_none_or(|key| window.shown.contains(key));
        let next = loop {
            if is_drawn(self, up) {
                let next = up.map_or(self.shown.first(), |up| self.shown.after(up));
                below = self.gap(next) - above - self.height(key);
                break next;
            }
            if is_drawn(self, down) {
                above = self.gap(down) - below - self.height(key);
                break down;
            }
            above += up.map_or(0.0, |up| self.height(up));
            below += down.map_or(0.0, |down| self.height(down));
            up = up.and_then(|up| list.before(up));
            down = down.and_then(|down| list.after(down));
        };
        self.gaps.insert(Some(key), above.max(0.0));
        self.gaps.insert(next, below.max(0.0));
        self.shown.take(Step::Stand { key, before: next });
    }

    /// No longer draws a row, which measures so much.
    pub fn hide(&mut self, key: K, height: f64) {
        if self.shown.contains(key) {
            let next = self.shown.after(key);
            self.take_out(key);
            self.heights.insert(key, height);
            *self.gaps.entry(next).or_default() += height;
        }
    }

    /// All rows are so many times as high as they were: the list has another width.
    pub fn scale(&mut self, times: f64) {
        self.guess *= times;
        let all = self.heights.values_mut().chain(self.gaps.values_mut());
        all.for_each(|height| *height *= times);
    }

    /// The row so many pixels above the drawn one that is named, or above the end.
    #[must_use]
    pub fn above(&self, next: Option<K>, pixels: f64, list: &Chain<K>) -> Option<K> {
        let mut found = next.map_or(list.last(), |next| list.before(next))?;
        let mut sum = self.height(found);
        while sum < pixels {
            let Some(key) = list.before(found).filter(|key| !self.shown.contains(*key)) else {
                break;
            };
            sum += self.height(key);
            found = key;
        }
        Some(found)
    }

    /// The gaps around a drawn row become one.
    fn take_out(&mut self, key: K) {
        let next = self.shown.after(key);
        let gap = self.gaps.remove(&Some(key)).unwrap_or_default();
        *self.gaps.entry(next).or_default() += gap;
        self.shown.take(Step::Leave(key));
    }
}

#[cfg(test)]
mod tests;
