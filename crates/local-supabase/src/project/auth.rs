//! Section `[auth]` of `config.toml`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error};

/// How accounts behave.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default)]
pub struct Auth {
    /// Where links in mails lead, unless they are asked to lead to another place that is allowed.
    pub site_url: String,
    /// Further places that they may lead to.
    pub additional_redirect_urls: Vec<String>,
    /// Lifetime of access tokens in seconds.
    pub jwt_expiry: u64,
    /// Whether anybody may register.
    pub enable_signup: bool,
    /// The shortest password, in characters.
    pub minimum_password_length: usize,
    /// Seconds for which a refresh token may be used again.
    pub refresh_token_reuse_interval: u64,
    /// Whether anybody may come in without an address.
    pub enable_anonymous_sign_ins: bool,
    /// Section `[auth.email]`.
    pub email: Email,
    /// Section `[auth.rate_limit]`.
    pub rate_limit: RateLimit,
}

/// How accounts with an address behave.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default)]
pub struct Email {
    /// Whether an address has to be confirmed before anybody signs in with it.
    pub enable_confirmations: bool,
    /// The time between two mails to one person.
    pub max_frequency: Pause,
    /// Seconds for which a link in a mail can be used.
    pub otp_expiry: u64,
}

/// A time written as `1m30s`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pause(pub Duration);

/// How often one client may ask, where clients are told apart.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default)]
pub struct RateLimit {
    /// Anonymous sign-ins in an hour.
    pub anonymous_users: u32,
    /// Refreshed sessions in five minutes.
    pub token_refresh: u32,
    /// Registrations and sign-ins in five minutes, and as many requests for mails.
    pub sign_in_sign_ups: u32,
    /// Links followed in five minutes.
    pub token_verifications: u32,
}

impl Default for Auth {
    fn default() -> Self {
        Self {
            site_url: "http://127.0.0.1:3000".to_owned(),
            additional_redirect_urls: Vec::new(),
            jwt_expiry: 3600,
            enable_signup: true,
            minimum_password_length: 6,
            refresh_token_reuse_interval: 10,
            enable_anonymous_sign_ins: false,
            email: Email::default(),
            rate_limit: RateLimit::default(),
        }
    }
}

impl Default for Email {
    fn default() -> Self {
        Self {
            enable_confirmations: false,
            max_frequency: Pause(Duration::from_secs(1)),
            otp_expiry: 3600,
        }
    }
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            anonymous_users: 30,
            token_refresh: 150,
            sign_in_sign_ups: 30,
            token_verifications: 30,
        }
    }
}

impl<'de> Deserialize<'de> for Pause {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let read = pause(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "{text:?} is no time: write it as \"60s\" or \"1m30s\""
            ))
        })?;
        Ok(Self(read))
    }
}

/// Whole numbers, each with its unit.
fn pause(text: &str) -> Option<Duration> {
    let (mut rest, mut all) = (text, Duration::ZERO);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u32 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let unit = match &rest[..letters] {
            "ms" => Duration::from_millis(1),
            "s" => Duration::from_secs(1),
            "m" => Duration::from_secs(60),
            "h" => Duration::from_secs(3600),
            _ => return None,
        };
        rest = &rest[letters..];
        all += unit * number;
    }
    (!text.is_empty()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_units() {
        let seconds = |text| pause(text).map(|time| time.as_secs_f64());
        assert_eq!(
            [seconds("60s"), seconds("1m30s"), seconds("500ms")],
            [Some(60.0), Some(90.0), Some(0.5)]
        );
        for nonsense in ["", "60", "s", "1d", "-1s", "1 s", "é"] {
            assert_eq!(seconds(nonsense), None, "{nonsense}");
        }
    }
}
