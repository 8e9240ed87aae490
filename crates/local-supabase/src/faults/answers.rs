//! Answers that a test gives in place of the services.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Json,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::AppState;

/// An answer, and the requests that get it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Beginning of the path.
    path: String,
    /// Method; any when absent.
    method: Option<String>,
    /// Status of the answer.
    status: u16,
    /// How many requests get it.
    #[serde(default = "once")]
    times: u64,
    /// Seconds for the header `Retry-After`.
    retry_after: Option<u64>,
    /// JSON of the body.
    body: Option<Value>,
}

fn once() -> u64 {
    1
}

/// The answers that are still to be given; cheap to clone.
#[derive(Clone, Default)]
pub struct Answers(Arc<Mutex<Vec<Answer>>>);

impl Answers {
    /// Adds one, which comes after the earlier ones.
    pub fn add(&self, answer: Answer) {
        self.lock().push(answer);
    }

    /// Forgets all.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Those that are still to be given.
    pub fn pending(&self) -> Vec<Answer> {
        self.lock().clone()
    }

    /// The answer for a request, which is one less from then on.
    fn take(&self, method: &str, path: &str) -> Option<Answer> {
        let mut answers = self.lock();
        answers.retain(|answer| answer.times > 0);
        let answer = answers.iter_mut().find(|answer| {
            let same = |name: &String| name.eq_ignore_ascii_case(method);
            path.starts_with(&answer.path) && answer.method.as_ref().is_none_or(same)
        })?;
        answer.times -= 1;
        let taken = answer.clone();
        answers.retain(|answer| answer.times > 0);
        Some(taken)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Answer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a request is answered in place of a service's answer, if a test wants that.
pub fn answer(state: &AppState, request: &Request) -> Option<Response> {
    let path = request.uri().path();
    if request.method() == Method::OPTIONS || path == "/_faults" {
        return None;
    }
    let answer = state.answers.take(request.method().as_str(), path)?;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = answer
        .body
        .unwrap_or_else(|| json!({"message": "asked to fail", "code": answer.status.to_string()}));
    let mut response = (status, Json(body)).into_response();
    if let Some(seconds) = answer.retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Some(response)
}
