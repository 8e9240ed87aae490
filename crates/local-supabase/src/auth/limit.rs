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
/// So many clients are remembered at most.
const REMEMBERED: usize = 10_000;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    SignIn,
    Refresh,
    Anonymous,
    Recover,
    Verify,
}

/// What each client may still ask.
#[derive(Debug, Default)]
pub struct Limits(Mutex<HashMap<(Kind, String), Bucket>>);

/// Fills evenly and is full after the whole time.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    seen: Instant,
    /// From then on it is as good as a new one.
    full: Instant,
}

/// Counts a request of a client and refuses it when there were too many.
pub(super) fn check(state: &AppState, headers: &HeaderMap, kind: Kind) -> Result<(), Error> {
    let Some(name) = &state.config.rate_limit_header else {
        return Ok(());
    };
    // A proxy writes what it knows behind what the client may have written itself.
    let client = headers.get_all(name).iter().next_back();
    let client = client.and_then(|value| value.to_str().ok());
    let Some(client) = client.and_then(|client| client.rsplit(',').next()) else {
        return Ok(());
    };
    let rates = &state.settings.auth.rate_limit;
    let (many, within) = match kind {
        Kind::SignIn | Kind::Recover => (rates.sign_in_sign_ups, 5 * MINUTES),
        Kind::Refresh => (rates.token_refresh, 5 * MINUTES),
        Kind::Verify => (rates.token_verifications, 5 * MINUTES),
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
        if many == 0 {
            return Err(within);
        }
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (kind, client.to_owned());
        if buckets.len() >= REMEMBERED && !buckets.contains_key(&key) {
            forget(&mut buckets, now);
        }
        let most = f64::from(many);
        let bucket = buckets.entry(key).or_insert(Bucket {
            left: most,
            seen: now,
            full: now,
        });
        let filled = now.duration_since(bucket.seen).as_secs_f64() / within.as_secs_f64() * most;
        bucket.left = (bucket.left + filled).min(most);
        bucket.seen = now;
        let taken = bucket.left >= 1.0;
        if taken {
            bucket.left -= 1.0;
        }
        bucket.full = now + within.mul_f64((most - bucket.left) / most);
        if taken {
            return Ok(());
        }
        Err(within.mul_f64((1.0 - bucket.left) / most))
    }
}

/// Forgets whose bucket is full again, and of too many others the half that asked for least: at least half of the
/// places are free then, so this is rare.
fn forget(buckets: &mut HashMap<(Kind, String), Bucket>, now: Instant) {
    buckets.retain(|_, bucket| bucket.full > now);
    if buckets.len() > REMEMBERED / 2 {
        let mut full: Vec<Instant> = buckets.values().map(|bucket| bucket.full).collect();
        let (_, middle, _) = full.select_nth_unstable(REMEMBERED / 2);
        let middle = *middle;
        buckets.retain(|_, bucket| bucket.full > middle);
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

    #[test]
    fn however_many_ask_few_are_remembered_and_never_those_who_asked_too_often() {
        let limits = Limits::default();
        let begun = Instant::now();
        let take = |client: &str, after: u64| {
            let now = begun + Duration::from_secs(after);
            limits.take(Kind::SignIn, client, 2, Duration::from_secs(60), now)
        };
        let _ = [take("a", 0), take("a", 0)];
        for many in 0..3 * REMEMBERED {
            assert_eq!(take(&many.to_string(), 0), Ok(()));
            let remembered = limits.0.lock().expect("whole").len();
            assert!(remembered <= REMEMBERED, "{remembered}");
        }
        assert!(take("a", 1).is_err(), "whoever asked too often still waits");
        for many in 0..REMEMBERED {
            assert_eq!(take(&format!("later {many}"), 120), Ok(()));
        }
        let full = |bucket: &Bucket| bucket.full <= begun + Duration::from_secs(60);
        let buckets = limits.0.lock().expect("whole");
        assert!(
            !buckets.values().any(full),
            "what has filled up is forgotten"
        );
    }
}
