//! How often one client may ask (`supabase-protocol` 4.5). Clients are told apart by a header that a proxy sets;
//! without the name of such a header nobody is limited, as in the CLI's stack.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::http::HeaderMap;

use crate::AppState;

use super::Error;

const MINUTES: Duration = Duration::from_secs(60);
/// More clients than these are not remembered before the idle ones are forgotten.
const REMEMBERED: usize = 10_000;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    SignIn,
    Refresh,
    Anonymous,
}

/// What each client may still ask.
#[derive(Debug, Default)]
pub struct Limits(Mutex<HashMap<(Kind, String), Bucket>>);

/// Fills evenly and is full after the whole time.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    seen: Instant,
}

/// Counts a request of a client and refuses it when there were too many.
pub(super) fn check(state: &AppState, headers: &HeaderMap, kind: Kind) -> Result<(), Error> {
    let Some(name) = &state.config.rate_limit_header else {
        return Ok(());
    };
    let client = headers.get(name).and_then(|value| value.to_str().ok());
    let Some(client) = client.and_then(|client| client.split(',').next()) else {
        return Ok(());
    };
    let rates = &state.settings.auth.rate_limit;
    let (many, within) = match kind {
        Kind::SignIn => (rates.sign_in_sign_ups, 5 * MINUTES),
        Kind::Refresh => (rates.token_refresh, 5 * MINUTES),
        Kind::Anonymous => (rates.anonymous_users, 60 * MINUTES),
    };
    let taken = state
        .sign_ins
        .take(kind, client.trim(), many, within, Instant::now());
    taken.map_err(Error::too_often)
}

impl Limits {
    /// Takes one of `many` within a time; else says how long it is until there is one again.
    fn take(
        &self,
        kind: Kind,
        client: &str,
        many: u32,
        within: Duration,
        now: Instant,
    ) -> Result<(), Duration> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            buckets.retain(|_, bucket| now.duration_since(bucket.seen) < 60 * MINUTES);
        }
        let most = f64::from(many);
        let bucket = buckets.entry((kind, client.to_owned())).or_insert(Bucket {
            left: most,
            seen: now,
        });
        let filled = now.duration_since(bucket.seen).as_secs_f64() / within.as_secs_f64() * most;
        bucket.left = (bucket.left + filled).min(most);
        bucket.seen = now;
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        if many == 0 {
            return Err(within);
        }
        Err(within.mul_f64((1.0 - bucket.left) / most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_waits_for_the_next_place_and_others_do_not() {
        let limits = Limits::default();
        let begun = Instant::now();
        let take = |client: &str, after: u64| {
            let now = begun + Duration::from_secs(after);
            limits.take(Kind::SignIn, client, 2, Duration::from_secs(60), now)
        };
        assert_eq!([take("a", 0), take("a", 0)], [Ok(()), Ok(())]);
        let wait = take("a", 0).expect_err("too often").as_secs_f64();
        assert!((29.0..31.0).contains(&wait), "{wait}");
        assert_eq!(take("b", 0), Ok(()));
        assert!(take("a", 29).is_err());
        assert_eq!(take("a", 31), Ok(()));
        assert!(take("a", 31).is_err());
    }
}
