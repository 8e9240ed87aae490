//! Passwords: what is acceptable, and their bcrypt hashes.

use crate::AppState;

use super::Error;

/// bcrypt looks at no more bytes than these.
const LONGEST: usize = 72;

/// Refuses passwords that are too short for the project or too long for bcrypt.
pub(super) fn check(state: &AppState, password: &str) -> Result<(), Error> {
    let shortest = state.settings.auth.minimum_password_length;
    if password.len() > LONGEST {
        let message = format!("Password cannot be longer than {LONGEST} characters");
        return Err(Error::new(400, "validation_failed", message));
    }
    if password.chars().count() < shortest {
        return Err(Error::weak_password(format!(
            "Password should be at least {shortest} characters."
        )));
    }
    Ok(())
}

/// Hashes a password, which takes a while by design.
pub(super) async fn hash(state: &AppState, password: String) -> Result<String, Error> {
    let cost = state.config.bcrypt_cost;
    tokio::task::spawn_blocking(move || bcrypt::hash(password, cost))
        .await
        .map_err(|error| failed(&error))?
        .map_err(|error| failed(&error))
}

/// Whether a password is the one that was hashed; a hash that is none fits nothing.
pub(super) async fn fits(password: String, hash: String) -> Result<bool, Error> {
    tokio::task::spawn_blocking(move || bcrypt::verify(password, &hash).unwrap_or(false))
        .await
        .map_err(|error| failed(&error))
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    eprintln!("auth: hashing a password: {error}");
    Error::new(500, "unexpected_failure", "Error hashing the password")
}
