//! `/_faults`: what a test can let go wrong on purpose; there only when the server was started with `--faults`.
//!
//! `POST` takes an object with any of the keys of [`Order`], `GET` tells what is still to go wrong, `DELETE`
//! ends all of it. Each answers with what is still to go wrong.

mod answers;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use self::answers::Answer;
pub use self::answers::{Answers, answer};
use crate::{AppState, realtime::Hush};

/// What is to go wrong.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    /// `true`: every socket vanishes without a word. A number: it is closed with this code.
    drop_sockets: Option<Drop>,
    /// What happens to the `system` message that tells of a subscription, and to the subscription itself.
    system: Option<System>,
    /// So many committed rows reach nobody.
    skip_changes: Option<u64>,
    /// `true`: the tokens of all channels end now. A text: those of the user with this id.
    expire_tokens: Option<Whom>,
    /// Requests that get an answer of the test's instead of the service's.
    answer: Option<Answer>,
    /// `true`: the change stream begins anew; what commits meanwhile is lost.
    restart_capture: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Drop {
    Silently(bool),
    Code(u16),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Whom {
    Everybody(bool),
    User(String),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum System {
    /// It comes so many milliseconds later.
    DelayMs(u64),
    /// It never comes, or comes again as usual.
    Withhold(bool),
}

/// The route, and nothing else.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/_faults", get(show).post(order).delete(clear))
        .with_state(state)
}

async fn order(State(state): State<AppState>, body: String) -> Response {
    let order: Order = match serde_json::from_str(&body) {
        Ok(order) => order,
        Err(error) => {
            let message = format!("This is no fault: {error}. The README lists them.");
            return (StatusCode::BAD_REQUEST, Json(json!({ "message": message }))).into_response();
        }
    };
    let Order {
        drop_sockets,
        system,
        skip_changes,
        expire_tokens,
        answer,
        restart_capture,
    } = order;
    // What lasts comes before what happens at once, so that whoever comes back meets it.
    if let Some(rows) = skip_changes {
        state.realtime.skip(rows);
    }
    match system {
        Some(System::DelayMs(wait)) => state.realtime.hush(Hush::For(wait)),
        Some(System::Withhold(true)) => state.realtime.hush(Hush::Ever),
        Some(System::Withhold(false)) => state.realtime.hush(Hush::For(0)),
        None => {}
    }
    if let Some(answer) = answer {
        state.answers.add(answer);
    }
    match expire_tokens {
        Some(Whom::Everybody(true)) => state.realtime.expire(None),
        Some(Whom::User(id)) => state.realtime.expire(Some(&id)),
        Some(Whom::Everybody(false)) | None => {}
    }
    if restart_capture == Some(true) {
        state.realtime.restart_capture();
    }
    match drop_sockets {
        Some(Drop::Silently(true)) => state.realtime.sever(),
        Some(Drop::Code(code)) => state.realtime.close(code, "asked to"),
        Some(Drop::Silently(false)) | None => {}
    }
    show(State(state)).await.into_response()
}

async fn clear(State(state): State<AppState>) -> Json<Value> {
    state.realtime.skip(0);
    state.realtime.hush(Hush::For(0));
    state.answers.clear();
    show(State(state)).await
}

async fn show(State(state): State<AppState>) -> Json<Value> {
    let system = match state.realtime.hushed() {
        Hush::For(wait) => json!({ "delay_ms": wait }),
        Hush::Ever => json!({ "withhold": true }),
    };
    Json(json!({
        "skip_changes": state.realtime.skips(),
        "system": system,
        "answers": state.answers.pending(),
    }))
}
