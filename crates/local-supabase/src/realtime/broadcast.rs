//! `POST /api/broadcast`: messages into channels without a socket.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json, value::to_raw_value};

use super::{
    authorize,
    hub::{Cast, Topic},
    token,
};
use crate::{AppState, jwt};

/// Sends each of `messages` to its topic: 202, 401 without a valid token, 422 for a malformed body.
pub async fn send(State(state): State<AppState>, headers: HeaderMap, body: String) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer =
        header(header::AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
    let token = bearer.or(header("apikey")).unwrap_or_default();
    let Ok(identity) = token::check(&state.secret, token, jwt::now()) else {
        return (
            StatusCode::UNAUTHORIZED,
            Json(json!({"message": "Unauthorized"})),
        )
            .into_response();
    };
    let messages = match read(&body) {
        Ok(messages) => messages,
        Err(errors) => {
            return (
                StatusCode::UNPROCESSABLE_ENTITY,
                Json(json!({ "errors": errors })),
            )
                .into_response();
        }
    };
    for (topic, cast) in messages {
        let rights = authorize::rights(&state.admin, &topic, &identity).await;
        // Without permission it is dropped, and the answer does not tell.
        if rights.is_ok_and(|rights| rights.speak) {
            state.realtime.with(|hub| hub.cast(&topic, None, &cast));
        }
    }
    StatusCode::ACCEPTED.into_response()
}

fn read(body: &str) -> Result<Vec<(Topic, Cast)>, Value> {
    let body: Value =
        serde_json::from_str(body).map_err(|error| json!({"body": [error.to_string()]}))?;
    let Some(messages) = body.get("messages").and_then(Value::as_array) else {
        return Err(json!({"messages": ["can't be blank"]}));
    };
    let read = messages.iter().map(|message| {
        let text = |name: &str| {
            let text = message
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty());
            text.ok_or_else(|| json!({"messages": [{name: ["can't be blank"]}]}))
        };
        let (topic, event) = (text("topic")?, text("event")?);
        let Some(payload) = message.get("payload").filter(|payload| payload.is_object()) else {
            return Err(json!({"messages": [{"payload": ["is invalid"]}]}));
        };
        let private = message
            .get("private")
            .and_then(Value::as_bool)
            .unwrap_or_default();
        let cast = json!({"type": "broadcast", "event": event, "payload": payload});
        let cast = to_raw_value(&cast).map_err(|error| json!({"messages": [error.to_string()]}))?;
        Ok((
            Topic {
                name: format!("realtime:{topic}"),
                private,
            },
            Cast::Text(cast),
        ))
    });
    read.collect()
}
