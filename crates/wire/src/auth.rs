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

/// Body of `POST /recover`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recover {
    /// Email address.
    pub email: String,
}

/// Body of `PUT /user` for another password.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPassword {
    /// Password, 6 to 72 bytes.
    pub password: String,
}

/// What the link of a mail brings to the page, behind the `#` of its address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Arrival {
    access_token: String,
    refresh_token: String,
    expires_in: String,
    #[serde(rename = "type")]
    kind: String,
    error_code: String,
}

impl Arrival {
    /// The session's tokens, if the link has brought any.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        let whole = !self.access_token.is_empty() && !self.refresh_token.is_empty();
        whole.then_some(self.access_token.as_str())
    }

    /// Whether somebody comes to set another password.
    #[must_use]
    pub fn is_recovery(&self) -> bool {
        self.kind == "recovery"
    }

    /// The machine's word for why the link is of no use.
    #[must_use]
    pub fn error_code(&self) -> &str {
        &self.error_code
    }

    /// The session of `user`, who is found by the token.
    #[must_use]
    pub fn session(self, user: User) -> Session {
        Session {
            access_token: self.access_token,
            refresh_token: self.refresh_token,
            expires_in: self.expires_in.parse().unwrap_or(3600),
            expires_at: 0,
            user,
        }
    }
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

    #[test]
    fn a_link_brings_a_session_or_says_why_not() {
        let read = |text| serde_json::from_str::<Arrival>(text).expect("an arrival");
        let good = read(
            r#"{"access_token":"a","refresh_token":"r","expires_in":"60","type":"recovery","sb":""}"#,
        );
        assert!(good.is_recovery());
        assert_eq!(good.token(), Some("a"));
        let user = User {
            id: "1".to_owned(),
            email: String::new(),
        };
        let session = good.session(user);
        assert_eq!(
            (session.refresh_token.as_str(), session.expires_in),
            ("r", 60)
        );
        let over = read(r#"{"error":"access_denied","error_code":"otp_expired"}"#);
        assert_eq!((over.token(), over.error_code()), (None, "otp_expired"));
        assert_eq!(read(r#"{"access_token":"a"}"#).token(), None);
    }
}
