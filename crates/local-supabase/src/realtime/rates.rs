//! The headers with which the HTTP paths of Realtime tell how much of a plan is used, and the refusal of what exceeds it.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::AppState;

/// How many requests come each second, and how many may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// The average of the last minute.
    pub now: u64,
    /// The most there may be.
    pub limit: u64,
}

impl Usage {
    fn mark(self, headers: &mut HeaderMap) {
        for (name, number) in [
            ("x-rate-rolling", self.now),
            ("x-rate-limit", self.limit),
            (
                "x-rate-limit-remaining",
                self.limit.saturating_sub(self.now),
            ),
        ] {
            headers.insert(name, HeaderValue::from(number));
        }
    }
}

/// Counts a request; without a limit there is nothing to tell.
pub async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Some(usage) = state.realtime.with(|hub| hub.request()) else {
        return next.run(request).await;
    };
    let mut answer = if usage.now >= usage.limit {
        let message = json!({"message": "Too many requests"});
        (StatusCode::TOO_MANY_REQUESTS, Json(message)).into_response()
    } else {
        next.run(request).await
    };
    usage.mark(answer.headers_mut());
    answer
}
