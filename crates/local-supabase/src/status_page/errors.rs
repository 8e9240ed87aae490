//! The last requests that were refused, kept in memory for the person who wonders why.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use axum::{
    body::{Body, HttpBody, to_bytes},
    http::{Method, StatusCode, Uri},
    response::Response,
};
use serde::Serialize;
use serde_json::Value;

use crate::AppState;

/// As many are kept.
const KEPT: usize = 20;
/// A longer answer is passed on unread.
const READ: u64 = 64 * 1024;
/// A longer message is cut.
const SHOWN: usize = 300;

/// The last errors; cheap to clone.
#[derive(Clone, Default)]
pub struct Errors(Arc<Mutex<VecDeque<Kept>>>);

struct Kept {
    at: Instant,
    what: What,
}

/// A refused request, or a failure of the server's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct What {
    /// Method and path, without the query, which may hold what is nobody's business; for Realtime the topic.
    pub request: String,
    /// Status of the answer, over HTTP.
    pub status: Option<u16>,
    /// The machine's word for it.
    pub code: String,
    /// The person's words for it.
    pub message: String,
}

/// An error as it is shown.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// How long ago it was.
    pub seconds_ago: u64,
    /// What it was.
    #[serde(flatten)]
    pub what: What,
}

impl Errors {
    /// Keeps one, and forgets the oldest.
    pub fn keep(&self, what: What) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.truncate(KEPT - 1);
        let at = Instant::now();
        kept.push_front(Kept { at, what });
    }

    /// All, the newest first.
    pub fn shown(&self) -> Vec<Shown> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .map(|kept| Shown {
                seconds_ago: kept.at.elapsed().as_secs(),
                what: kept.what.clone(),
            })
            .collect()
    }
}

/// Passes an answer on, and keeps it if it is a refusal.
pub async fn note(state: &AppState, method: &Method, uri: &Uri, response: Response) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let asked = format!("{method} {}", uri.path());
    let (parts, body) = response.into_parts();
    let short = body.size_hint().upper().is_some_and(|size| size <= READ);
    let (body, said) = if short {
        match to_bytes(body, usize::MAX).await {
            Ok(bytes) => {
                let said = serde_json::from_slice(&bytes).unwrap_or_default();
                (Body::from(bytes), said)
            }
            // What could not be read cannot be passed on.
            Err(_) => (Body::empty(), Value::Null),
        }
    } else {
        (body, Value::Null)
    };
    state.errors.keep(describe(asked, status, &said));
    Response::from_parts(parts, body)
}

/// Each service puts its words into other fields.
fn describe(request: String, status: StatusCode, said: &Value) -> What {
    let field = |names: &[&str]| {
        let found = names.iter().find_map(|name| said.get(name)?.as_str());
        found.unwrap_or_default().chars().take(SHOWN).collect()
    };
    What {
        request,
        status: Some(status.as_u16()),
        code: field(&["error_code", "code"]),
        message: field(&["msg", "message", "error_description", "error"]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_last_are_kept() {
        let errors = Errors::default();
        for n in 0..30 {
            errors.keep(What {
                status: Some(400 + n),
                ..What::default()
            });
        }
        let shown = errors.shown();
        assert_eq!(shown.len(), KEPT);
        assert_eq!(
            (shown[0].what.status, shown[19].what.status),
            (Some(429), Some(410))
        );
    }

    #[test]
    fn the_words_of_each_service_are_found() {
        let told = |said: Value| {
            let what = describe("GET /".to_owned(), StatusCode::BAD_REQUEST, &said);
            (what.code, what.message)
        };
        let pair = |code: &str, message: &str| (code.to_owned(), message.to_owned());
        let rest = json!({"code": "42501", "message": "permission denied", "details": null});
        assert_eq!(told(rest), pair("42501", "permission denied"));
        let auth = json!({"code": 400, "error_code": "weak_password", "msg": "too short"});
        assert_eq!(told(auth), pair("weak_password", "too short"));
        assert_eq!(
            told(json!({"error": "API key is missing"})),
            pair("", "API key is missing")
        );
        assert_eq!(told(json!("nothing")), pair("", ""));
    }
}
