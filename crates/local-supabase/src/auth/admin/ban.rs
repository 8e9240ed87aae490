//! Keeping an account out for a while.

use tokio_postgres::GenericClient;
use uuid::Uuid;

use crate::auth::Error;

/// Units of time in seconds, as Go's `time.ParseDuration` knows them.
const UNITS: [(&str, f64); 8] = [
    ("ns", 1e-9),
    ("us", 1e-6),
    ("µs", 1e-6),
    ("μs", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
];
/// Go counts nanoseconds in 64 bits.
const LONGEST: f64 = 9_223_372_036.0;

/// For how long somebody is kept out; no longer at all if that is nothing.
#[derive(Debug, PartialEq)]
pub(super) struct Ban(Option<f64>);

impl Ban {
    /// Reads `24h` or `2h45m`, for example, or `none`; nothing where nothing is said.
    pub(super) fn read(duration: Option<&str>) -> Result<Option<Self>, Error> {
        let Some(duration) = duration.filter(|duration| !duration.is_empty()) else {
            return Ok(None);
        };
        if duration == "none" {
            return Ok(Some(Self(None)));
        }
        let seconds = seconds(duration).ok_or_else(|| {
            let message = format!(
                "invalid format for ban duration: time: invalid duration {duration:?}; 24h, 2h45m, 10s or none"
            );
            Error::new(400, "validation_failed", message)
        })?;
        Ok(Some(Self(Some(seconds).filter(|seconds| *seconds != 0.0))))
    }

    /// Writes it to an account.
    pub(super) async fn set(&self, client: &impl GenericClient, id: Uuid) -> Result<(), Error> {
        client
            .execute(
                "update auth.users set banned_until = now() + make_interval(secs => $2::float8) where id = $1",
                &[&id, &self.0],
            )
            .await
            .map_err(|error| Error::database("updating user", error.into()))?;
        Ok(())
    }
}

fn seconds(duration: &str) -> Option<f64> {
    let (sign, mut rest) = match duration.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, duration.strip_prefix('+').unwrap_or(duration)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    let mut sum = 0.0;
    loop {
        let end = rest.find(|character: char| character != '.' && !character.is_ascii_digit())?;
        let (amount, after) = rest.split_at(end);
        let amount: f64 = amount.parse().ok()?;
        let end = after.find(|character: char| character == '.' || character.is_ascii_digit());
        let (unit, after) = after.split_at(end.unwrap_or(after.len()));
        let (_, length) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
        sum += amount * length;
        rest = after;
        if rest.is_empty() {
            return (sum <= LONGEST).then_some(sign * sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_go() {
        for (text, wanted) in [
            ("24h", 86_400.0),
            ("2h45m", 9_900.0),
            ("1.5h", 5_400.0),
            ("300ms", 0.3),
            ("-1.5s", -1.5),
            ("+.5m", 30.0),
            ("1h0.25s", 3600.25),
        ] {
            assert_eq!(Ban::read(Some(text)), Ok(Some(Ban(Some(wanted)))), "{text}");
        }
        for text in ["none", "0", "0s", "-0"] {
            assert_eq!(Ban::read(Some(text)), Ok(Some(Ban(None))), "{text}");
        }
        for text in [None, Some("")] {
            assert_eq!(Ban::read(text), Ok(None));
        }
        for text in [
            "long", "1", "1d", "h", ".h", "1.2.3s", "1h ", "1e400h", "9999999h", "-", "1h2",
        ] {
            assert!(Ban::read(Some(text)).is_err(), "{text}");
        }
    }
}
