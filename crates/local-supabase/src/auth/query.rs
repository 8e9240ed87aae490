//! Reads the query of a request.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Error;

/// The parameters of a query; of several with one name the first counts.
pub(super) struct Parameters<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let unreadable = |reason: String| Error::new(400, "validation_failed", reason);
        let Query(pairs): Query<Vec<(String, String)>> = Query::try_from_uri(&parts.uri)
            .map_err(|rejection| unreadable(rejection.body_text()))?;
        let mut first = Map::new();
        for (name, value) in pairs {
            first.entry(name).or_insert(Value::String(value));
        }
        serde_json::from_value(Value::Object(first))
            .map(Self)
            .map_err(|error| unreadable(format!("Could not read the query: {error}")))
    }
}
