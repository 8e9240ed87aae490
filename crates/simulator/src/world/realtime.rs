//! Realtime: joining, the change stream, and what the server says by itself.

use std::time::Duration;

use serde_json::{Value, json};
use sync::SocketId;

use super::{SUBSCRIBING, World, net::Event};
use crate::server::Committed;

impl World {
    /// Sends a frame of the server to a client.
    pub fn server_says(&mut self, client: usize, event: &str, payload: Value) {
        let Some(socket) = self.clients[client].socket else {
            return;
        };
        let join_ref = self.clients[client].joined.clone();
        let frame = json!([join_ref, null, "realtime:world", event, payload]);
        self.frame_to(client, socket, frame.to_string());
    }

    /// The server says "subscribed" once more.
    pub fn says_subscribed(&mut self, client: usize) {
        if self.clients[client].subscribed {
            self.server_says(client, "system", subscribed());
        }
    }

    /// From the join, or a new token, to "subscribed".
    fn subscribing(&mut self) -> Duration {
        match self.dice.as_mut() {
            Some(dice) => Duration::from_millis(1000 + dice.roll(2000)),
            None => SUBSCRIBING,
        }
    }

    pub(super) fn on_frame(&mut self, client: usize, socket: SocketId, frame: &Value) {
        let join_ref = frame[0].clone();
        let reply = |status: &str, response: Value| json!([frame[0], frame[1], frame[2], "phx_reply", {"status": status, "response": response}]);
        let answer = match frame[3].as_str().unwrap() {
            "phx_join" => match self.token_until(&frame[4]["access_token"]) {
                Err(reason) => reply("error", json!({ "reason": reason })),
                Ok(until) => {
                    let to = &mut self.clients[client];
                    to.joined = Some(join_ref.clone());
                    to.joined_until = until;
                    to.subscribed = false;
                    self.watch_token(client, socket, &join_ref);
                    let wait = self.subscribing();
                    self.later(
                        wait,
                        Event::Subscribe(client, self.clients[client].life, socket, join_ref),
                    );
                    reply("ok", json!({"postgres_changes": []}))
                }
            },
            "access_token" if self.dice.is_some() => {
                if self.clients[client].joined != Some(join_ref.clone()) {
                    return;
                }
                if let Ok(until) = self.token_until(&frame[4]["access_token"]) {
                    self.clients[client].joined_until = until;
                    self.watch_token(client, socket, &join_ref);
                    let wait = self.subscribing();
                    self.later(
                        wait,
                        Event::Subscribe(client, self.clients[client].life, socket, join_ref),
                    );
                }
                return;
            }
            "heartbeat" | "presence" => reply("ok", json!({})),
            _ => return,
        };
        self.frame_to(client, socket, answer.to_string());
    }

    /// When a token of a join expires; a calm world does not look.
    fn token_until(&self, token: &Value) -> Result<Option<u64>, &'static str> {
        if self.dice.is_none() {
            return Ok(None);
        }
        let now = self.time().wall;
        let token = token.as_str().unwrap_or_default();
        match self.server.who(now, Some(token)) {
            Some(_) => Ok(self.server.until(token)),
            None => Err("InvalidJWTToken: Token has expired 0 seconds ago"),
        }
    }

    fn watch_token(&mut self, client: usize, socket: SocketId, join_ref: &Value) {
        if let Some(until) = self.clients[client].joined_until {
            let now = self.time().wall.millis().unsigned_abs() / 1000;
            let left = Duration::from_secs(until.saturating_sub(now) + 1);
            self.later(
                left,
                Event::Expire(client, self.clients[client].life, socket, join_ref.clone()),
            );
        }
    }

    fn is_member(&self, client: usize, socket: SocketId, join_ref: &Value) -> bool {
        let member = &self.clients[client];
        member.socket == Some(socket) && member.joined.as_ref() == Some(join_ref)
    }

    pub(super) fn on_expire(&mut self, client: usize, socket: SocketId, join_ref: &Value) {
        let now = self.time().wall.millis().unsigned_abs() / 1000;
        let until = self.clients[client].joined_until;
        if self.is_member(client, socket, join_ref) && until.is_some_and(|until| until <= now) {
            let payload = json!({
                "extension": "system", "status": "error",
                "message": "Token has expired 0 seconds ago", "channel": "world",
            });
            self.server_says(client, "system", payload);
            self.close_channel(client);
        }
    }

    pub(super) fn on_subscribe(&mut self, client: usize, socket: SocketId, join_ref: &Value) {
        if self.is_member(client, socket, join_ref) && self.up {
            self.clients[client].subscribed = true;
            self.server_says(client, "system", subscribed());
        }
    }

    /// The server ends a membership by itself.
    pub fn close_channel(&mut self, client: usize) {
        self.server_says(client, "phx_close", json!({}));
        self.clients[client].joined = None;
        self.clients[client].subscribed = false;
    }

    /// The poller dies: what it had not read is never sent, and everybody is subscribed anew.
    pub(super) fn lose_stream(&mut self) {
        self.wal.clear();
        for client in 0..self.clients.len() {
            let (Some(socket), Some(join_ref)) = (
                self.clients[client].socket,
                self.clients[client].joined.clone(),
            ) else {
                continue;
            };
            self.clients[client].subscribed = false;
            if self.roll(2) == 1 {
                self.server_says(
                    client,
                    "system",
                    json!({
                        "extension": "postgres_changes", "status": "error",
                        "message": "connection not available", "channel": "world",
                    }),
                );
            }
            let wait = self.subscribing();
            self.later(
                wait,
                Event::Subscribe(client, self.clients[client].life, socket, join_ref),
            );
        }
    }

    pub(super) fn publish(&mut self, committed: Vec<Committed>) {
        if committed.is_empty() {
            return;
        }
        let idle = self.wal.is_empty();
        self.wal.extend(committed);
        if self.dice.is_none() {
            self.poll();
        } else if idle {
            let wait = Duration::from_millis(self.roll(500));
            self.later(wait, Event::Poll);
        }
    }

    /// Sends what was committed to those who may see it now, or to nobody while a limit is exceeded.
    pub(super) fn poll(&mut self) {
        let changes = std::mem::take(&mut self.wal);
        if !self.up || self.now < self.muted_until {
            return;
        }
        for change in &changes {
            let frame = self.change_frame(change);
            for client in 0..self.clients.len() {
                let member = &self.clients[client];
                let Some(socket) = member.socket.filter(|_| member.subscribed) else {
                    continue;
                };
                // As things are now, not as they were when it was written; deletions are for all.
                let key = json!(change.key).to_string();
                let now = self.server.row(change.table, &key);
                let seen = change.record.is_none()
                    || now.is_some_and(|row| self.server.sees(&member.user, change.table, row));
                if seen {
                    let sent = &mut self.clients[client].sent;
                    sent.push_back((socket, frame.clone()));
                    sent.drain(..sent.len().saturating_sub(8));
                    self.frame_to(client, socket, frame.clone());
                }
            }
        }
    }

    fn change_frame(&mut self, change: &Committed) -> String {
        let columns = change.record.iter().flatten().map(|(name, _)| name);
        let columns: Vec<Value> = columns
            .map(|name| json!({"name": name, "type": "text"}))
            .collect();
        let mut data = json!({
            "schema": "public", "table": change.table, "type": change.kind,
            "commit_timestamp": "2026-01-01T00:00:00.000Z", "columns": columns, "errors": null,
        });
        let text = |value: &Value| value.as_str().map_or(0, str::len);
        if let Some(mut record) = change.record.clone() {
            // An update leaves out what is stored elsewhere and was not changed.
            let old = change.old.iter().flatten();
            for (name, value) in old.filter(|(_, value)| text(value) > 80) {
                if record.get(name) == Some(value) {
                    record.remove(name);
                }
            }
            if self.cut_down > 0 {
                self.cut_down -= 1;
                record.retain(|_, value| text(value) <= 64);
                data["errors"] = json!(["Error 413: Payload Too Large"]);
            }
            data["record"] = json!(record);
        }
        if change.kind != "INSERT" {
            data["old_record"] = json!(change.key);
        }
        json!([null, null, "realtime:world", "postgres_changes", {"ids": [1], "data": data}])
            .to_string()
    }
}

fn subscribed() -> Value {
    json!({
        "extension": "postgres_changes", "status": "ok",
        "message": "Subscribed to PostgreSQL", "channel": "world",
    })
}
