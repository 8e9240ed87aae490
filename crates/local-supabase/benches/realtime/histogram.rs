//! Times as many tasks record them at once, to within 2 percent.

use std::sync::atomic::{AtomicU64, Ordering};

/// Steps between two powers of two.
const STEPS: usize = 64;

/// Counts of times by their length in microseconds.
pub struct Histogram(Vec<AtomicU64>);

impl Default for Histogram {
    fn default() -> Self {
        Self((0..STEPS * 34).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Histogram {
    /// Counts one.
    pub fn record(&self, micros: u64) {
        let at = place(micros).min(self.0.len() - 1);
        self.0[at].fetch_add(1, Ordering::Relaxed);
    }

    /// How many have been counted.
    pub fn count(&self) -> u64 {
        self.0
            .iter()
            .map(|count| count.load(Ordering::Relaxed))
            .sum()
    }

    /// The time that so many of a hundred do not exceed, in milliseconds; NaN when there are none.
    pub fn millis(&self, percent: f64) -> f64 {
        let wanted = (self.count() as f64 * percent / 100.0).ceil() as u64;
        let mut seen = 0;
        for (at, count) in self.0.iter().enumerate() {
            seen += count.load(Ordering::Relaxed);
            if seen > 0 && seen >= wanted {
                return upper(at) / 1000.0;
            }
        }
        f64::NAN
    }
}

/// Small times have a place each; from then on each power of two has [`STEPS`].
fn place(micros: u64) -> usize {
    let micros = micros as usize;
    if micros < STEPS {
        return micros;
    }
    let power = micros.ilog2() as usize;
    let base = STEPS.ilog2() as usize;
    (power - base + 1) * STEPS + ((micros >> (power - base)) - STEPS)
}

/// The longest time that has this place.
fn upper(place: usize) -> f64 {
    if place < STEPS {
        return place as f64;
    }
    let (power, step) = (place / STEPS - 1, place % STEPS);
    ((STEPS + step + 1) << power) as f64
}
