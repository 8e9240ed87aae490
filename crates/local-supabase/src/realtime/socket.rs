//! One WebSocket: the handshake, reading, writing, and the end.

mod channel;
mod join;
mod upkeep;

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{
        RawQuery, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use futures_util::{SinkExt, StreamExt, stream::SplitStream};
use percent_encoding::percent_decode_str;
use serde_json::json;
use tokio::time::{sleep, timeout};
use wire::{Frame, Version};

use self::channel::Conversation;
use super::{
    frame::Push,
    handle::Connected,
    hub::{Outgoing, SocketId},
    token::{self, Identity},
};
use crate::{AppState, jwt};

/// Largest frame from a client, in bytes.
const LARGEST: usize = 5_000_000;
/// Bytes that are read at a time; each connection keeps so many, and most clients say little.
const BUFFER: usize = 4096;
/// A client that says nothing for so long is gone.
const IDLE: Duration = Duration::from_secs(60);
/// Answers to hopeless requests wait so long, to slow down clients that try again at once.
const PENALTY: Duration = Duration::from_millis(100);

/// How long a client may take to read our farewell.
const FAREWELL: Duration = Duration::from_secs(10);

/// Close code and reason.
type End = (u16, &'static str);

/// `GET /websocket`: refuses in plain HTTP, or upgrades.
pub async fn upgrade(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    socket: WebSocketUpgrade,
) -> Response {
    let header = headers
        .get("x-api-key")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let parameter = |name| parameter(query.as_deref().unwrap_or_default(), name);
    let key = header.or_else(|| parameter("apikey"));
    let (version, identity) = match admit(&state, key.as_deref(), parameter("vsn").as_deref()) {
        Ok(admitted) => admitted,
        Err((status, error)) => {
            sleep(PENALTY).await;
            return (status, Json(json!({ "error": error }))).into_response();
        }
    };
    socket
        .max_message_size(LARGEST)
        .max_frame_size(LARGEST)
        .read_buffer_size(BUFFER)
        .on_upgrade(move |socket| serve(state, socket, version, identity))
}

/// A parameter of the handshake; other ones are ignored, and of several the last counts.
fn parameter(query: &str, name: &str) -> Option<String> {
    let mut values = query.split('&').filter_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then_some(value)
    });
    values.next_back().map(|value| {
        percent_decode_str(&value.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    })
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
    let admitted = state.realtime.with(|hub| hub.admits());
    admitted.map_err(|full| (StatusCode::TOO_MANY_REQUESTS, full.text().to_owned()))?;
    Ok((version, Arc::new(identity)))
}

async fn serve(state: AppState, socket: WebSocket, version: Version, identity: Arc<Identity>) {
    let (mut sink, mut stream) = socket.split();
    let Connected {
        id,
        mut queue,
        cut,
        present: _present,
    } = state.realtime.connect(version);
    let mut conversation = Conversation::new(state.clone(), id, identity);
    let writer = async {
        while let Some(first) = queue.next().await {
            let mut next = Some(first);
            // What waits already goes out together.
            while let Some(outgoing) = next {
                let message = match outgoing {
                    Outgoing::Text(text) => Message::Text(text),
                    Outgoing::Binary(bytes) => Message::Binary(bytes.into()),
                    Outgoing::Close(code, reason) => return Some((code, reason)),
                };
                if sink.feed(message).await.is_err() {
                    return None;
                }
                next = queue.ready();
            }
            if sink.flush().await.is_err() {
                break;
            }
        }
        None
    };
    let end = tokio::select! {
        end = read(&mut stream, version, &mut conversation) => end,
        end = writer => end,
        cut = cut => cut.is_err().then_some((close_code::AGAIN, "too slow")),
        () = bare(&state, id) => None,
    };
    drop(conversation);
    state.realtime.disconnect(id);
    let Some((code, reason)) = end else { return };
    let farewell = async {
        let reason = reason.into();
        let close = Message::Close(Some(CloseFrame { code, reason }));
        // What was written in part goes first. The client's own close is waited for, because an end with
        // unread frames would undo what is on its way to it.
        if sink.send(close).await.is_ok() {
            while stream.next().await.is_some_and(|message| message.is_ok()) {}
        }
    };
    // The peer may be long gone; nobody is waiting for this.
    let _ = timeout(FAREWELL, farewell).await;
}

/// Ends when the socket has no channel at one of the times when such are looked for.
async fn bare(state: &AppState, socket: SocketId) {
    let every = state.realtime.limits().sweep;
    loop {
        sleep(every).await;
        if state.realtime.with(|hub| hub.is_bare(socket)) {
            return;
        }
    }
}

/// Reads until the client goes; returns what to tell it when it is we who end.
async fn read(
    stream: &mut SplitStream<WebSocket>,
    version: Version,
    conversation: &mut Conversation,
) -> Option<End> {
    let mut complained = false;
    loop {
        let Ok(message) = timeout(IDLE, stream.next()).await else {
            return Some((close_code::NORMAL, "timeout"));
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
                    conversation.push(push).await;
                    None
                }
                Err(error) => Some(error),
            },
            // The answer to a close is sent by reading on, until nothing comes.
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_)) => None,
            Err(error) if error.to_string().contains("too long") => {
                return Some((close_code::SIZE, "frame too large"));
            }
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
