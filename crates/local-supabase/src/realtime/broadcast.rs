//! `POST /api/broadcast`: messages into channels without a socket.

use axum::{
    Json,
    body::Bytes,
    extract::{
        Path, RawQuery, State,
        rejection::{BytesRejection, StringRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{
    Map, Value, json,
    value::{RawValue, to_raw_value},
};

use super::{
    authorize,
    frame::{Encoding, UserBroadcast},
    hub::{Cast, Topic},
    token::{self, Identity},
};
use crate::{AppState, jwt};

/// What it says of a payload that is larger than it may be.
const TOO_LARGE: &str = "Payload size exceeds tenant limit";

/// Most bytes of a request: some messages of the largest size.
pub const BODY: usize = 16_000_000;

/// `POST /api/broadcast`: sends each of `messages` to its topic.
pub async fn send(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Result<String, StringRejection>,
) -> Response {
    let Some(identity) = identify(&state, &headers) else {
        return refuse(StatusCode::UNAUTHORIZED, "Unauthorized");
    };
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return refuse(rejection.status(), &rejection.body_text()),
    };
    let holds = |payload: &Value| {
        state
            .realtime
            .with(|hub| hub.holds(payload.to_string().len()))
    };
    let messages = match read(&body, holds) {
        Ok(messages) => messages,
        Err(errors) => return invalid(&errors),
    };
    let count = messages.len() as u64;
    if let Err(message) = state.realtime.with(|hub| hub.may_post(count)) {
        return refuse(StatusCode::TOO_MANY_REQUESTS, message);
    }
    for (topic, cast) in messages {
        // Without permission it is dropped, and the answer does not tell.
        if let Ok(true) = authorize::may_speak(&state.admin, &topic, &identity).await {
            state.realtime.with(|hub| hub.post(&topic, &cast));
        }
    }
    StatusCode::ACCEPTED.into_response()
}

/// `POST /api/broadcast/TOPIC/events/EVENT`: sends the body, which is JSON or any bytes.
pub async fn send_one(
    State(state): State<AppState>,
    Path((topic, event)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some(identity) = identify(&state, &headers) else {
        return refuse(StatusCode::UNAUTHORIZED, "Unauthorized");
    };
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return refuse(rejection.status(), &rejection.body_text()),
    };
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let encoding = match kind.split(';').next().unwrap_or_default().trim() {
        "application/json" => Encoding::Json,
        "application/octet-stream" => Encoding::Binary,
        _ => return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type"),
    };
    if encoding == Encoding::Json && serde_json::from_slice::<&RawValue>(&body).is_err() {
        return invalid(&json!({"payload": ["is invalid"]}));
    }
    if !state.realtime.with(|hub| hub.holds(body.len())) {
        return invalid(&json!({ "payload": [TOO_LARGE] }));
    }
    if let Err(message) = state.realtime.with(|hub| hub.may_post(1)) {
        return refuse(StatusCode::TOO_MANY_REQUESTS, message);
    }
    let topic = Topic {
        name: format!("realtime:{topic}"),
        private: query.is_some_and(|query| query.split('&').any(|pair| pair == "private=true")),
    };
    match authorize::may_speak(&state.admin, &topic, &identity).await {
        Ok(true) => {}
        Ok(false) => return refuse(StatusCode::FORBIDDEN, "Unauthorized"),
        Err(_) => {
            return refuse(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Tenant database unavailable",
            );
        }
    }
    let cast = Cast::User(UserBroadcast {
        event,
        encoding,
        payload: body.to_vec(),
        kept: None,
    });
    state.realtime.with(|hub| hub.post(&topic, &cast));
    StatusCode::ACCEPTED.into_response()
}

fn identify(state: &AppState, headers: &HeaderMap) -> Option<Identity> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = header(header::AUTHORIZATION.as_str());
    let bearer = bearer.and_then(|value| value.strip_prefix("Bearer "));
    let token = bearer.or(header("apikey")).unwrap_or_default();
    token::check(&state.secret, token, jwt::now()).ok()
}

fn refuse(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}

fn invalid(errors: &Value) -> Response {
    let errors = Json(json!({ "errors": errors }));
    (StatusCode::UNPROCESSABLE_ENTITY, errors).into_response()
}

/// Reads the messages, or says of each what is wrong with it.
fn read(body: &str, holds: impl Fn(&Value) -> bool) -> Result<Vec<(Topic, Cast)>, Value> {
    let body: Value =
        serde_json::from_str(body).map_err(|error| json!({"body": [error.to_string()]}))?;
    let messages = match body.get("messages") {
        Some(Value::Array(messages)) if !messages.is_empty() => messages,
        None | Some(Value::Null | Value::Array(_)) => {
            return Err(json!({"messages": ["can't be blank"]}));
        }
        Some(_) => return Err(json!({"messages": ["is invalid"]})),
    };
    let (mut read, mut errors) = (Vec::new(), Vec::new());
    for message in messages {
        let wrong = wrong(message, &holds);
        if wrong.is_empty() {
            read.extend(cast(message));
        }
        errors.push(wrong);
    }
    if errors.iter().any(|wrong| !wrong.is_empty()) {
        return Err(json!({ "messages": errors }));
    }
    Ok(read)
}

/// What is wrong with a message, by the name of the part.
fn wrong(message: &Value, holds: impl Fn(&Value) -> bool) -> Map<String, Value> {
    let mut wrong = Map::new();
    for (name, fits) in [
        ("topic", Value::is_string as fn(&Value) -> bool),
        ("event", Value::is_string),
        ("payload", Value::is_object),
    ] {
        let text = match message.get(name) {
            None | Some(Value::Null) => "can't be blank",
            Some(Value::String(text)) if text.trim().is_empty() => "can't be blank",
            Some(part) if !fits(part) => "is invalid",
            Some(part) if name == "payload" && !holds(part) => TOO_LARGE,
            Some(_) => continue,
        };
        wrong.insert(name.to_owned(), json!([text]));
    }
    if message
        .get("private")
        .is_some_and(|private| !private.is_boolean() && !private.is_null())
    {
        wrong.insert("private".to_owned(), json!(["is invalid"]));
    }
    wrong
}

fn cast(message: &Value) -> Option<(Topic, Cast)> {
    let mut payload = json!({
        "type": "broadcast",
        "event": message.get("event")?,
        "payload": message.get("payload")?,
    });
    if let Some(Value::String(id)) = message.get("id") {
        payload["meta"] = json!({ "id": id });
    }
    let topic = Topic {
        name: format!("realtime:{}", message.get("topic")?.as_str()?),
        private: message
            .get("private")
            .and_then(Value::as_bool)
            .unwrap_or_default(),
    };
    Some((topic, Cast::Text(to_raw_value(&payload).ok()?)))
}
