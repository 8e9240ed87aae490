//! Realtime: joining, the change stream, and what the server says by itself.

use serde_json::{Value, json};
use sync::{Input, SocketId};

use super::{LATENCY, SUBSCRIBING, World, net::Event};
use crate::server::Committed;

impl World {
    /// Sends a frame of the server to a client.
    pub fn server_says(&mut self, client: usize, event: &str, payload: Value) {
        let Some(socket) = self.clients[client].socket else {
            return;
        };
        let join_ref = self.clients[client].joined.clone();
        let frame = json!([join_ref, null, "realtime:world", event, payload]);
        self.later(
            LATENCY,
            Event::Input(client, Input::Frame(socket, frame.to_string())),
        );
    }

    /// The server says "subscribed" once more.
    pub fn says_subscribed(&mut self, client: usize) {
        if self.clients[client].subscribed {
            self.server_says(client, "system", subscribed());
        }
    }

    pub(super) fn on_frame(&mut self, client: usize, socket: SocketId, frame: &Value) {
        let reply = |response: Value| json!([frame[0], frame[1], frame[2], "phx_reply", {"status": "ok", "response": response}]);
        let answer = match frame[3].as_str().unwrap() {
            "phx_join" => {
                self.clients[client].joined = Some(frame[0].clone());
                self.clients[client].subscribed = false;
                self.later(
                    SUBSCRIBING,
                    Event::Subscribe(client, socket, frame[0].clone()),
                );
                reply(json!({"postgres_changes": []}))
            }
            "heartbeat" | "presence" => reply(json!({})),
            _ => return,
        };
        self.later(
            LATENCY,
            Event::Input(client, Input::Frame(socket, answer.to_string())),
        );
    }

    pub(super) fn publish(&mut self, committed: &[Committed]) {
        for change in committed {
            let columns: Vec<Value> = change
                .record
                .iter()
                .flatten()
                .map(|(name, _)| json!({"name": name, "type": "text"}))
                .collect();
            let mut data = json!({
                "schema": "public", "table": change.table, "type": change.kind,
                "commit_timestamp": "2026-01-01T00:00:00.000Z", "columns": columns, "errors": null,
            });
            if let Some(record) = &change.record {
                data["record"] = json!(record);
            } else {
                data["old_record"] = json!(change.key);
            }
            let frame = json!([null, null, "realtime:world", "postgres_changes", {"ids": [1], "data": data}]);
            for client in 0..self.clients.len() {
                let Some(socket) = self.clients[client]
                    .socket
                    .filter(|_| self.clients[client].subscribed)
                else {
                    continue;
                };
                self.later(
                    LATENCY,
                    Event::Input(client, Input::Frame(socket, frame.to_string())),
                );
            }
        }
    }
}

pub(super) fn subscribed() -> Value {
    json!({
        "extension": "postgres_changes", "status": "ok",
        "message": "Subscribed to PostgreSQL", "channel": "world",
    })
}
