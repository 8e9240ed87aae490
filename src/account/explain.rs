//! What the service for accounts refuses, in words.

use wire::{auth, rest};

/// Why registering or signing in failed, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field that it concerns: `username`, `email`, `password`; none for the form as a whole.
    pub field: Option<&'static str>,
    /// What happened and what to do.
    pub text: String,
}

impl Problem {
    /// No answer has come.
    #[must_use]
    pub fn unreachable() -> Self {
        Self::new(
            None,
            "The server cannot be reached. Check the connection, then try again.",
        )
    }

    /// A field that is empty or wrong.
    #[must_use]
    pub fn at(field: &'static str, text: &str) -> Self {
        Self::new(Some(field), text)
    }

    pub(super) fn new(field: Option<&'static str>, text: &str) -> Self {
        Self {
            field,
            text: text.to_owned(),
        }
    }
}

/// What keeps this from being somebody's password, if anything.
#[must_use]
pub fn password_problem(password: &str) -> Option<Problem> {
    let words = if password.len() < 8 {
        "A password has at least 8 characters."
    } else if password.contains('\0') {
        "There is a null byte in it, which cannot be kept. Type it anew."
    } else {
        return None;
    };
    Some(Problem::at("password", words))
}

/// The server's refusal in words, at the field that it concerns.
#[must_use]
pub fn explain(status: u16, body: &str) -> Problem {
    let error = auth::Error::read(body);
    let database: rest::Error = serde_json::from_str(body).unwrap_or_default();
    let (field, text) = match (error.code(), database.constraint()) {
        (_, Some("users_username_key")) => (
            Some("username"),
            "This username is taken. Choose another one.",
        ),
        (_, Some("users_username_format")) => (
            Some("username"),
            "A username has 3 to 24 of a–z, 0–9 and _.",
        ),
        ("user_already_exists" | "email_exists", _) => (
            Some("email"),
            "There is an account with this address. Sign in instead.",
        ),
        ("email_address_invalid", _) => (Some("email"), "This is not an email address."),
        ("weak_password", _) => (Some("password"), error.text()),
        ("same_password", _) => (
            Some("password"),
            "This is the password that you have. Choose another one.",
        ),
        ("over_email_send_rate_limit", _) => (
            None,
            "A mail was asked for a moment ago. Look for it, or ask again in a minute.",
        ),
        ("invalid_credentials", _) => (None, "The address or the password is wrong."),
        ("email_not_confirmed", _) => (
            None,
            "The address is not confirmed yet. Open the link that was mailed to you.",
        ),
        ("signup_disabled", _) => (None, "This tavern does not take new members at the moment."),
        _ if status == 429 => (None, "Too many attempts. Wait a minute, then try again."),
        _ if !error.text().is_empty() => (None, error.text()),
        _ => (None, "The server could not do it. Try again in a moment."),
    };
    Problem::new(field, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_username_is_told_at_its_field() {
        let body = r#"{"code":"23505","message":"duplicate key value violates unique constraint \"users_username_key\""}"#;
        assert_eq!(explain(500, body).field, Some("username"));
    }

    #[test]
    fn an_unknown_refusal_still_has_words() {
        assert!(!explain(502, "<html>").text.is_empty());
        assert_eq!(explain(400, r#"{"code":400,"msg":"Nope"}"#).text, "Nope");
    }
}
