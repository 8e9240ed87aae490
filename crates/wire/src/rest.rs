//! Bodies of PostgREST.

use serde::{Deserialize, Serialize};

/// Error body of PostgREST; GoTrue passes some database errors on in the same shape.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Error {
    /// SQLSTATE or `PGRST…`.
    #[serde(default)]
    pub code: String,
    /// What happened.
    #[serde(default)]
    pub message: String,
    /// More about it.
    #[serde(default)]
    pub details: Option<String>,
    /// What to do.
    #[serde(default)]
    pub hint: Option<String>,
}

impl Error {
    /// Name of the constraint that the message quotes, such as `events_title_length`.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        let (_, rest) = self.message.rsplit_once("constraint \"")?;
        rest.split('"').next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constraint_is_read_from_the_message() {
        let body = r#"{"code":"23514","details":null,"hint":null,
            "message":"new row for relation \"events\" violates check constraint \"events_title_length\""}"#;
        let error: Error = serde_json::from_str(body).unwrap();
        assert_eq!(error.constraint(), Some("events_title_length"));
    }

    #[test]
    fn a_message_without_constraint_has_none() {
        let error = Error {
            message: "permission denied".into(),
            ..Error::default()
        };
        assert_eq!(error.constraint(), None);
    }
}
