//! A client that speaks frames.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite::Message};

/// Longest that anything here may take; only a failing test ever waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// One socket.
pub struct Client {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Frames that were read while waiting for another.
    skipped: Vec<Value>,
}

impl Client {
    pub fn new(socket: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        Self {
            socket,
            skipped: Vec::new(),
        }
    }

    pub async fn send(&mut self, frame: Value) {
        self.socket
            .send(Message::text(frame.to_string()))
            .await
            .unwrap();
    }

    /// Joins with `ref` and `join_ref` "1" and returns the response of the reply.
    pub async fn join(&mut self, topic: &str, config: Value, token: &str) -> Value {
        self.send(json!(["1", "1", topic, "phx_join", {"config": config, "access_token": token}]))
            .await;
        let reply = self.event("phx_reply").await;
        reply[4].clone()
    }

    /// The next frame of an event; others wait for their turn.
    pub async fn event(&mut self, event: &str) -> Value {
        if let Some(at) = self.skipped.iter().position(|frame| frame[3] == event) {
            return self.skipped.remove(at);
        }
        loop {
            let frame = self.frame().await;
            if frame[3] == event {
                return frame;
            }
            self.skipped.push(frame);
        }
    }

    /// The next frame off the wire.
    pub async fn frame(&mut self) -> Value {
        match self.message().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("expected a text frame, not {other:?}"),
        }
    }

    /// The next message off the wire; nothing when the server has closed.
    pub async fn message(&mut self) -> Option<Message> {
        let message = timeout(PATIENCE, self.socket.next()).await;
        message.expect("a frame in time").and_then(Result::ok)
    }

    /// Reads until the server ends the connection; the code and reason that it gave, if it gave any.
    pub async fn end(&mut self) -> Option<(u16, String)> {
        loop {
            match self.message().await {
                Some(Message::Close(close)) => {
                    return close.map(|close| (close.code.into(), close.reason.to_string()));
                }
                Some(_) => {}
                None => return None,
            }
        }
    }

    pub async fn subscribed(&mut self) {
        let system = self.event("system").await;
        assert_eq!(system[4]["message"], "Subscribed to PostgreSQL", "{system}");
        assert_eq!(system[4]["status"], "ok");
    }

    /// The next change's data.
    pub async fn change(&mut self) -> Value {
        self.event("postgres_changes").await[4]["data"].clone()
    }
}
