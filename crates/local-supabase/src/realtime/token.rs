//! Who a channel speaks for: the token's check, in the words of Realtime.

use std::fmt;

use crate::jwt::{Invalid, Secret};

/// The holder of a valid token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The token itself, to notice that it did not change.
    pub token: String,
    /// Database role.
    pub role: String,
    /// Claims as JSON text, as policies read them.
    pub claims: String,
    /// When the token ends, in seconds since 1970.
    pub exp: u64,
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Not a JWT that this project could have signed.
    Malformed,
    /// Signed with another secret.
    Signature,
    /// `role` or `exp` is missing.
    Fields,
    /// Ended this many seconds ago.
    Expired(u64),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("The token provided is not a valid JWT"),
            Self::Signature => f.write_str("Failed to validate JWT signature"),
            Self::Fields => f.write_str("Fields `role` and `exp` are required in JWT"),
            Self::Expired(ago) => write!(f, "Token has expired {ago} seconds ago"),
        }
    }
}

impl Refused {
    /// The reason of a refused join: a code, then the text.
    pub fn reason(&self) -> String {
        let code = match self {
            Self::Malformed => "MalformedJWT",
            Self::Signature => "JwtSignatureError",
            Self::Fields | Self::Expired(_) => "InvalidJWTToken",
        };
        format!("{code}: {self}")
    }

    /// The text with which a connection is refused.
    pub fn at_the_door(&self) -> String {
        match self {
            Self::Expired(_) => "Token has expired".to_owned(),
            Self::Malformed | Self::Signature | Self::Fields => self.to_string(),
        }
    }
}

/// Checks a token at `now`, in seconds since 1970; Realtime allows clocks no difference.
///
/// # Errors
/// Any [`Refused`].
pub fn check(secret: &Secret, token: &str, now: u64) -> Result<Identity, Refused> {
    let token: String = token.split_whitespace().collect();
    let claims = secret.decode(&token).map_err(|invalid| match invalid {
        Invalid::Signature => Refused::Signature,
        Invalid::Malformed | Invalid::Expired | Invalid::NotYet => Refused::Malformed,
    })?;
    let exp = claims.raw.get("exp").and_then(serde_json::Value::as_u64);
    let (Some(role), Some(exp)) = (claims.role(), exp) else {
        return Err(Refused::Fields);
    };
    if exp <= now {
        return Err(Refused::Expired(now - exp));
    }
    Ok(Identity {
        role: role.to_owned(),
        claims: claims.to_json(),
        exp,
        token,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_needs_role_and_time() {
        let secret = Secret::new("s");
        let sign = |claims: serde_json::Value| secret.sign(claims.as_object().unwrap());
        let good = sign(json!({"role": "anon", "exp": 100, "sub": "x"}));
        assert_eq!(check(&secret, &good, 99).unwrap().role, "anon");
        assert_eq!(check(&secret, &good, 100), Err(Refused::Expired(0)));
        assert_eq!(
            check(&secret, &good, 130).unwrap_err().reason(),
            "InvalidJWTToken: Token has expired 30 seconds ago"
        );
        for claims in [
            json!({"exp": 100}),
            json!({"role": "anon"}),
            json!({"role": "anon", "exp": "100"}),
        ] {
            assert_eq!(check(&secret, &sign(claims), 1), Err(Refused::Fields));
        }
        assert_eq!(check(&Secret::new("t"), &good, 1), Err(Refused::Signature));
        assert_eq!(
            check(&secret, "sb_publishable_x", 1),
            Err(Refused::Malformed)
        );
    }
}
