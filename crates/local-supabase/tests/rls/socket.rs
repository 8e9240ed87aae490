//! A socket of one role.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use crate::{role::Role, world::World};

/// Longest that anything may take; only a failing test ever waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    topic: String,
    token: String,
    /// Frames that were read while waiting for others.
    heard: Vec<Value>,
    pushes: u32,
}

impl Socket {
    /// Connects as the role, for one topic.
    pub async fn open(world: &World, role: Role, topic: &str) -> Self {
        let key = match role {
            Role::Service => &world.server.state.keys.secret,
            Role::Anonymous | Role::Owner | Role::Recipient | Role::Host | Role::Member => {
                &world.server.state.keys.publishable
            }
        };
        let address = &world.server.address;
        let url = format!("ws://{address}/realtime/v1/websocket?apikey={key}&vsn=2.0.0");
        Self {
            stream: connect_async(url).await.unwrap().0,
            topic: format!("realtime:{topic}"),
            token: world.token(role),
            heard: Vec::new(),
            pushes: 0,
        }
    }

    /// Joins; the reply's payload.
    pub async fn join(&mut self, config: Value) -> Value {
        let number = self
            .push(
                "phx_join",
                json!({"config": config, "access_token": self.token}),
            )
            .await;
        self.reply(&number).await
    }

    /// Sends an event on the topic; its number.
    pub async fn push(&mut self, event: &str, payload: Value) -> String {
        let topic = self.topic.clone();
        self.send(&topic, event, payload).await
    }

    /// The reply to a push, or nothing if what was asked afterwards is answered first.
    pub async fn reply_if_any(&mut self, number: &str) -> Option<Value> {
        let later = self.send("phoenix", "heartbeat", json!({})).await;
        self.until(|frame| frame[3] == "phx_reply" && frame[1] == *later)
            .await;
        let at = self
            .heard
            .iter()
            .position(|frame| frame[3] == "phx_reply" && frame[1] == *number)?;
        Some(self.heard.remove(at)[4].clone())
    }

    /// The payload of the first frame of an event; the others are kept.
    pub async fn event(&mut self, event: &str) -> Value {
        self.until(|frame| frame[3] == event).await[4].clone()
    }

    /// All payloads of an event that came before an answer that was asked for now.
    pub async fn so_far(&mut self, event: &str) -> Vec<Value> {
        self.reply_if_any("").await;
        let heard = self.heard.iter().filter(|frame| frame[3] == event);
        heard.map(|frame| frame[4].clone()).collect()
    }

    async fn reply(&mut self, number: &str) -> Value {
        let reply = |frame: &Value| frame[3] == "phx_reply" && frame[1] == *number;
        self.until(reply).await[4].clone()
    }

    async fn send(&mut self, topic: &str, event: &str, payload: Value) -> String {
        self.pushes += 1;
        let number = self.pushes.to_string();
        let join = if topic == "phoenix" {
            Value::Null
        } else {
            json!("1")
        };
        let frame = json!([join, number, topic, event, payload]);
        self.stream
            .send(Message::text(frame.to_string()))
            .await
            .unwrap();
        number
    }

    async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.heard.iter().position(&wanted) {
            return self.heard.remove(at);
        }
        loop {
            let frame = timeout(PATIENCE, self.stream.next()).await;
            let heard = || format!("{}: after {:?}", self.topic, self.heard);
            match frame.unwrap_or_else(|_| panic!("nothing more came; {}", heard())) {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if wanted(&frame) {
                        return frame;
                    }
                    self.heard.push(frame);
                }
                other => panic!("the socket said {other:?}; {}", heard()),
            }
        }
    }
}
