//! The tokens whose signature was found right lately.
//!
//! A person sends the same token with every request. A signature that was right stays so; whether the token has begun and
//! not yet ended is asked each time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Claims, Invalid, Secret};

/// So many are remembered; then all are forgotten.
const REMEMBERED: usize = 1000;

/// Claims by the whole token they were signed in, for one secret.
#[derive(Default)]
pub struct Verified(Mutex<HashMap<Box<str>, Arc<Claims>>>);

impl Verified {
    /// What [`Secret::verify`] says of a token; the secret is the same each time.
    ///
    /// # Errors
    /// Any [`Invalid`].
    pub fn verify(&self, secret: &Secret, token: &str, now: u64) -> Result<Arc<Claims>, Invalid> {
        let known = self.lock().get(token).cloned();
        if let Some(claims) = known {
            claims.check(now)?;
            return Ok(claims);
        }
        let claims = Arc::new(secret.verify(token, now)?);
        let mut known = self.lock();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(token.into(), Arc::clone(&claims));
        Ok(claims)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Box<str>, Arc<Claims>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_known_token_ends_when_it_ends_and_a_changed_one_is_not_known() {
        let (secret, verified) = (Secret::new("one"), Verified::default());
        let claims = json!({"role": "authenticated", "exp": 200});
        let token = secret.sign(claims.as_object().expect("an object"));
        for _ in 0..2 {
            let read = verified.verify(&secret, &token, 100).expect("valid");
            assert_eq!(read.role(), Some("authenticated"));
        }
        assert_eq!(verified.verify(&secret, &token, 231), Err(Invalid::Expired));
        let (head, signature) = token.rsplit_once('.').expect("a signature");
        let forged = Secret::new("two").sign(claims.as_object().expect("an object"));
        assert_eq!(
            verified.verify(&secret, &forged, 100),
            Err(Invalid::Signature)
        );
        let other = format!("{head}.{}", signature.to_lowercase());
        assert!(verified.verify(&secret, &other, 100).is_err());
        for n in 0..=REMEMBERED {
            let token = secret.sign(json!({ "n": n }).as_object().expect("an object"));
            verified.verify(&secret, &token, 100).expect("valid");
        }
        assert!(verified.lock().len() <= REMEMBERED);
    }
}
