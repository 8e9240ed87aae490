//! Bodies of GoTrue: sign-up, password and refresh grants, user, errors.

use serde::{Deserialize, Serialize, de::IgnoredAny};

/// Body of `POST /signup`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignUp<D> {
    /// Email address.
    pub email: String,
    /// Password, 6 to 72 bytes.
    pub password: String,
    /// Becomes `raw_user_meta_data`.
    pub data: D,
}

/// Body of `POST /token?grant_type=password`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PasswordGrant {
    /// Email address.
    pub email: String,
    /// Password.
    pub password: String,
}

/// Body of `POST /token?grant_type=refresh_token`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshGrant {
    /// Token of the last grant; each use returns a new one.
    pub refresh_token: String,
}

/// Answer of a grant, and of a sign-up that needs no confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// JWT for REST and Realtime.
    pub access_token: String,
    /// Token for the next refresh.
    pub refresh_token: String,
    /// Life of the access token in seconds.
    pub expires_in: u64,
    /// End of the access token, seconds since 1970 by the server's clock.
    #[serde(default)]
    pub expires_at: u64,
    /// Whom the session belongs to.
    pub user: User,
}

/// The few fields of an `auth.users` row that clients need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Same as the key of the profile.
    pub id: String,
    /// Email address; known to its owner only.
    #[serde(default)]
    pub email: String,
}

/// Error body of GoTrue in any of its forms; [`Error::code`] and [`Error::text`] read it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Error {
    #[serde(default)]
    code: Option<Code>,
    #[serde(default)]
    error_code: Option<String>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    msg: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    error_description: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Code {
    Text(String),
    Status(IgnoredAny),
}

impl Error {
    /// Reads an error body; anything unreadable gives an empty error.
    #[must_use]
    pub fn read(body: &str) -> Self {
        serde_json::from_str(body).unwrap_or_default()
    }

    /// The machine's word for what went wrong, such as `invalid_credentials`.
    #[must_use]
    pub fn code(&self) -> &str {
        let text = match &self.code {
            Some(Code::Text(text)) => Some(text.as_str()),
            Some(Code::Status(_)) | None => None,
        };
        text.or(self.error_code.as_deref())
            .or(self.error.as_deref())
            .unwrap_or_default()
    }

    /// The server's sentence.
    #[must_use]
    pub fn text(&self) -> &str {
        let texts = [&self.message, &self.msg, &self.error_description];
        texts
            .into_iter()
            .flatten()
            .next()
            .map(String::as_str)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_error_formats_are_read() {
        let old =
            r#"{"code":400,"error_code":"invalid_credentials","msg":"Invalid login credentials"}"#;
        let new = r#"{"code":"invalid_credentials","message":"Invalid login credentials"}"#;
        for body in [old, new] {
            let error = Error::read(body);
            assert_eq!(error.code(), "invalid_credentials");
            assert_eq!(error.text(), "Invalid login credentials");
        }
        assert_eq!(Error::read("<html>").code(), "");
    }
}
