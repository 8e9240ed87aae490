//! `GET /rest/v1/`: the description of all tables and functions (OpenAPI 2.0), for holders of the secret key.
//!
//! Everybody else is refused, as on hosted projects since March 2026.

mod document;

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use postrust_engine::State as _;
use serde_json::json;

use crate::AppState;

use super::{Engine, seam::refuse};

/// Answers a request for the root.
pub(super) async fn serve(
    state: &AppState,
    engine: &Engine,
    role: Option<&str>,
    method: &Method,
    asked: &HeaderMap,
) -> Response {
    match *method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => {
            return (StatusCode::OK, [(header::ALLOW, "OPTIONS,GET,HEAD")]).into_response();
        }
        ref other => {
            let message = format!("Unsupported HTTP method: {other}");
            return refuse(StatusCode::METHOD_NOT_ALLOWED, "PGRST117", &message);
        }
    }
    if role != Some("service_role") {
        let refusal = json!({
            "message": "Access to schema is forbidden",
            "hint": "Accessing the schema via the Data API is only allowed using a secret API key.",
        });
        return (StatusCode::FORBIDDEN, Json(refusal)).into_response();
    }
    let schema = asked.get("accept-profile");
    let schema = schema.and_then(|value| value.to_str().ok());
    let schema = schema.unwrap_or_else(|| engine.default_schema());
    if !engine.schemas().iter().any(|served| served == schema) {
        let message = format!("Invalid schema: {schema}");
        return refuse(StatusCode::NOT_ACCEPTABLE, "PGRST106", &message);
    }
    let host = state.public_url.trim_start_matches("http://");
    let known = engine.schema_cache().await;
    let mut answer = Json(document::of(&known, schema, host)).into_response();
    answer.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/openapi+json; charset=utf-8"),
    );
    answer
}
