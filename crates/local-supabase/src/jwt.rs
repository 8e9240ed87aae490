//! HS256 JSON Web Tokens: signing, checking, and the claims as they came.

mod verified;

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;

pub use verified::Verified;

/// Seconds by which clocks may differ, as PostgREST allows.
pub const LEEWAY: u64 = 30;

/// The secret the project signs its tokens with.
#[derive(Clone)]
pub struct Secret(Hmac<Sha256>);

/// The claims of a token whose signature was right.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// All claims, as the token has them.
    pub raw: Map<String, Value>,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// Not three dots-separated parts of base64 JSON, or not HS256.
    Malformed,
    /// Signed with another secret.
    Signature,
    /// `exp` has passed.
    Expired,
    /// `nbf` or `iat` lies in the future.
    NotYet,
}

impl Secret {
    /// A secret from its text.
    pub fn new(secret: &str) -> Self {
        Self(Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length"))
    }

    /// Signs claims.
    pub fn sign(&self, claims: &Map<String, Value>) -> String {
        self.sign_text(&serde_json::to_string(claims).expect("a JSON map always prints"))
    }

    /// Signs claims that are already JSON text; the order of keys is kept.
    pub fn sign_text(&self, claims: &str) -> String {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
        let mut mac = self.0.clone();
        mac.update(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        format!("{signed}.{signature}")
    }

    /// Checks form, algorithm and signature, but no times.
    ///
    /// # Errors
    /// [`Invalid::Malformed`] or [`Invalid::Signature`].
    pub fn decode(&self, token: &str) -> Result<Claims, Invalid> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Invalid::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Invalid::Malformed)?;
        if object(header)?.get("alg").and_then(Value::as_str) != Some("HS256") {
            return Err(Invalid::Malformed);
        }
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| Invalid::Malformed)?;
        let mut mac = self.0.clone();
        mac.update(signed.as_bytes());
        mac.verify_slice(&signature)
            .map_err(|_| Invalid::Signature)?;
        Ok(Claims {
            raw: object(payload)?,
        })
    }

    /// Checks everything a service checks at time `now` (seconds since 1970), with [`LEEWAY`].
    ///
    /// # Errors
    /// Any [`Invalid`].
    pub fn verify(&self, token: &str, now: u64) -> Result<Claims, Invalid> {
        let claims = self.decode(token)?;
        claims.check(now)?;
        Ok(claims)
    }
}

impl Claims {
    /// Checks whether the token is of use at time `now`.
    fn check(&self, now: u64) -> Result<(), Invalid> {
        let time = |name: &str| self.raw.get(name).and_then(Value::as_f64);
        let now = now as f64;
        let leeway = LEEWAY as f64;
        if time("exp").is_some_and(|exp| exp + leeway < now) {
            return Err(Invalid::Expired);
        }
        if time("nbf").is_some_and(|nbf| nbf - leeway > now)
            || time("iat").is_some_and(|iat| iat - leeway > now)
        {
            return Err(Invalid::NotYet);
        }
        Ok(())
    }

    /// The database role the token stands for.
    pub fn role(&self) -> Option<&str> {
        self.text("role")
    }

    /// The user the token stands for.
    pub fn sub(&self) -> Option<&str> {
        self.text("sub")
    }

    /// When the token ends, in seconds since 1970.
    pub fn exp(&self) -> Option<u64> {
        let exp = self.raw.get("exp")?;
        exp.as_u64().or_else(|| exp.as_f64().map(|exp| exp as u64))
    }

    /// A claim that is a string.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.raw.get(name).and_then(Value::as_str)
    }

    /// The claims as JSON text, as PostgreSQL's `request.jwt.claims` holds them.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.raw).expect("a JSON map always prints")
    }
}

/// Seconds since 1970 by the system clock.
pub fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

fn object(part: &str) -> Result<Map<String, Value>, Invalid> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| Invalid::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Invalid::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: Value) -> Map<String, Value> {
        json.as_object().expect("an object").clone()
    }

    #[test]
    fn a_signed_token_comes_back_with_its_claims() {
        let secret = Secret::new("one");
        let token = secret.sign(&claims(
            serde_json::json!({"role": "authenticated", "sub": "u", "exp": 200}),
        ));
        let read = secret.verify(&token, 100).expect("valid");
        assert_eq!(
            (read.role(), read.sub(), read.exp()),
            (Some("authenticated"), Some("u"), Some(200))
        );
    }

    #[test]
    fn another_secret_a_past_expiry_and_garbage_are_refused() {
        let token = Secret::new("one").sign(&claims(serde_json::json!({"exp": 200})));
        assert_eq!(
            Secret::new("two").verify(&token, 100),
            Err(Invalid::Signature)
        );
        assert_eq!(
            Secret::new("one").verify(&token, 231),
            Err(Invalid::Expired)
        );
        assert!(Secret::new("one").verify(&token, 230).is_ok());
        for garbage in ["", "a", "a.b", "a.b.c", "....", "é.é.é"] {
            assert_eq!(
                Secret::new("one").verify(garbage, 0),
                Err(Invalid::Malformed),
                "{garbage}"
            );
        }
    }

    #[test]
    fn an_unsigned_token_is_refused() {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        let token = format!("{header}.{}.", URL_SAFE_NO_PAD.encode("{}"));
        assert_eq!(
            Secret::new("one").verify(&token, 0),
            Err(Invalid::Malformed)
        );
    }
}
