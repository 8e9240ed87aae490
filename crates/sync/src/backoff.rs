//! How long to wait before the next attempt: capped exponential delay with full jitter.

use std::time::Duration;

const CAP: Duration = Duration::from_secs(30);
const FIRST: Duration = Duration::from_millis(250);

/// Counts failures in a row and draws delays from a seeded generator.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    failures: u32,
    state: u64,
}

impl Backoff {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            failures: 0,
            state: seed | 1,
        }
    }

    /// The delay before the next attempt: at first within a quarter of a second, then anywhere between
    /// zero and a bound that doubles from one second to thirty.
    pub(crate) fn next(&mut self) -> Duration {
        let bound = match self.failures {
            0 => FIRST,
            n => CAP.min(Duration::from_secs(1 << (n - 1).min(5))),
        };
        self.failures = self.failures.saturating_add(1);
        bound.mul_f64(self.fraction())
    }

    /// Any span up to `bound`; counts no failure.
    pub(crate) fn jitter(&mut self, bound: Duration) -> Duration {
        bound.mul_f64(self.fraction())
    }

    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// Uniform in [0, 1): the xorshift64* generator.
    fn fraction(&mut self) -> f64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let bits = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40;
        bits as f64 / (1_u64 << 24) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_retry_is_fast_and_none_exceeds_thirty_seconds() {
        for seed in 0..200 {
            let mut backoff = Backoff::new(seed);
            assert!(backoff.next() <= FIRST);
            let longest = (0..40).map(|_| backoff.next()).max();
            assert!(longest <= Some(CAP));
            assert!(
                longest > Some(Duration::from_secs(15)),
                "delays grow: {longest:?}"
            );
        }
    }

    #[test]
    fn a_success_starts_over() {
        let mut backoff = Backoff::new(7);
        for _ in 0..10 {
            backoff.next();
        }
        backoff.reset();
        assert!(backoff.next() <= FIRST);
    }
}
