//! Reads the body of a request.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Error;

/// A JSON body of at most a megabyte, whatever content type the client claims.
pub(super) struct Input<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let body =
            Bytes::from_request(request, state)
                .await
                .map_err(|rejection| match rejection {
                    BytesRejection::FailedToBufferBody(reason) if reason.status() == 413 => {
                        Error::new(
                            413,
                            "request_entity_too_large",
                            "Request body exceeds the limit of 1 MB",
                        )
                    }
                    other => Error::new(
                        400,
                        "bad_json",
                        format!("Could not read request body: {other}"),
                    ),
                })?;
        let json = if body.is_empty() { &b"{}"[..] } else { &body };
        let unreadable = |error: serde_json::Error| {
            let message = format!("Could not parse request body as JSON: {error}");
            Error::new(400, "bad_json", message)
        };
        // A list would pass for a form whose fields come in order.
        let fields: Map<String, Value> = serde_json::from_slice(json).map_err(unreadable)?;
        let fields = Value::Object(fields);
        if has_nul(&fields) {
            return Err(Error::new(
                400,
                "validation_failed",
                "The character NUL cannot be stored",
            ));
        }
        serde_json::from_value(fields).map(Self).map_err(unreadable)
    }
}

/// Whether there is a character in it that PostgreSQL has no place for.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
    }
}
