//! From a schedule that fails to a short one that still does.

use super::{Timed, run};

/// No more runs than this for one schedule.
const RUNS: usize = 600;

/// Leaves out what is not needed for a failure, in ever smaller pieces.
pub fn shrink(seed: u64, steps: &[Timed]) -> Vec<Timed> {
    let mut left = steps.to_vec();
    let mut piece = left.len().div_ceil(2);
    let mut runs = 0;
    while piece > 0 && runs < RUNS {
        let mut from = 0;
        let before = left.len();
        while from < left.len() && runs < RUNS {
            let mut fewer = left.clone();
            fewer.drain(from..(from + piece).min(left.len()));
            runs += 1;
            if run(seed, &fewer).is_err() {
                left = fewer;
            } else {
                from += piece;
            }
        }
        if piece > 1 || left.len() == before {
            piece /= 2;
        }
    }
    left
}
