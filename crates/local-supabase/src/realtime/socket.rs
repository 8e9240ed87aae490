//! One WebSocket: the handshake, reading, writing, and the end.

mod channel;
mod join;
mod upkeep;

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{
        Query, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use futures_util::{SinkExt, StreamExt, stream::SplitStream};
use serde::Deserialize;
use serde_json::json;
use tokio::time::timeout;
use wire::{Frame, Version};

use self::channel::Conversation;
use super::{
    frame::Push,
    handle::Connected,
    hub::Outgoing,
    token::{self, Identity},
};
use crate::{AppState, jwt};

/// Largest frame from a client, in bytes.
const LARGEST: usize = 5_000_000;
/// A client that says nothing for so long is gone.
const IDLE: Duration = Duration::from_secs(60);
/// Answers to hopeless requests wait so long, to slow down clients that try again at once.
const PENALTY: Duration = Duration::from_millis(100);

/// The query of the handshake; other parameters are ignored.
#[derive(Deserialize)]
pub struct Params {
    apikey: Option<String>,
    vsn: Option<String>,
}

/// `GET /websocket`: refuses in plain HTTP, or upgrades.
pub async fn upgrade(
    State(state): State<AppState>,
    Query(params): Query<Params>,
    headers: HeaderMap,
    socket: WebSocketUpgrade,
) -> Response {
    let header = headers
        .get("x-api-key")
        .and_then(|value| value.to_str().ok());
    let (version, identity) = match admit(
        &state,
        header.or(params.apikey.as_deref()),
        params.vsn.as_deref(),
    ) {
        Ok(admitted) => admitted,
        Err((status, error)) => {
            tokio::time::sleep(PENALTY).await;
            return (status, Json(json!({ "error": error }))).into_response();
        }
    };
    socket
        .max_message_size(LARGEST)
        .max_frame_size(LARGEST)
        .on_upgrade(move |socket| serve(state, socket, version, identity))
}

fn admit(
    state: &AppState,
    key: Option<&str>,
    vsn: Option<&str>,
) -> Result<(Version, Arc<Identity>), (StatusCode, String)> {
    let Some(key) = key.filter(|key| !key.is_empty()) else {
        return Err((StatusCode::UNAUTHORIZED, "API key is missing".to_owned()));
    };
    let identity = token::check(&state.secret, key, jwt::now())
        .map_err(|refused| (StatusCode::UNAUTHORIZED, refused.at_the_door()))?;
    let version =
        Version::parse(vsn).map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
    Ok((version, Arc::new(identity)))
}

async fn serve(state: AppState, socket: WebSocket, version: Version, identity: Arc<Identity>) {
    let (mut sink, stream) = socket.split();
    let Connected {
        id,
        mut queue,
        mut cut,
    } = state.realtime.connect(version);
    let mut conversation = Conversation::new(state.clone(), id, identity);
    let writer = async {
        while let Some(outgoing) = queue.next().await {
            let message = match outgoing {
                Outgoing::Text(text) => Message::Text(text.into()),
                Outgoing::Binary(bytes) => Message::Binary(bytes.into()),
            };
            if sink.send(message).await.is_err() {
                break;
            }
        }
    };
    let reason = tokio::select! {
        reason = read(stream, version, &mut conversation) => reason,
        () = writer => None,
        // The queue was full: the client reads too slowly.
        _ = cut.recv() => None,
    };
    drop(conversation);
    state.realtime.disconnect(id);
    if let Some(reason) = reason {
        let frame = CloseFrame {
            code: close_code::NORMAL,
            reason: reason.into(),
        };
        // The peer may be long gone; nobody is waiting for this.
        let _ = timeout(
            Duration::from_secs(1),
            sink.send(Message::Close(Some(frame))),
        )
        .await;
    }
}

/// Reads until the client goes; returns what to tell it when it is we who end.
async fn read(
    mut stream: SplitStream<WebSocket>,
    version: Version,
    conversation: &mut Conversation,
) -> Option<&'static str> {
    let mut complained = false;
    loop {
        let Ok(message) = timeout(IDLE, stream.next()).await else {
            return Some("timeout");
        };
        let malformed = match message? {
            Ok(Message::Text(text)) => match Frame::decode(version, text.as_str()) {
                Ok(frame) => {
                    conversation.frame(&frame).await;
                    None
                }
                Err(error) => Some(error),
            },
            Ok(Message::Binary(bytes)) => match Push::decode(&bytes) {
                Ok(push) => {
                    conversation.push(push);
                    None
                }
                Err(error) => Some(error),
            },
            // The answer to a close is sent by reading on, until nothing comes.
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_)) => None,
            Err(_) => return None,
        };
        if let Some(error) = malformed
            && !complained
        {
            complained = true;
            eprintln!(
                "realtime: dropped a frame that is malformed: {error}. Further ones of this socket are dropped silently."
            );
        }
    }
}
