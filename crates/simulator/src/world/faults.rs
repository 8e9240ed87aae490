//! What goes wrong on purpose.

use std::time::Duration;

use serde_json::json;
use sync::Input;

use super::{World, net::Event, tabs::PATIENCE};

impl World {
    /// The server goes away; everybody's socket closes.
    pub fn crash(&mut self) {
        self.up = false;
        for client in 0..self.clients.len() {
            self.cut(client);
        }
    }

    /// The socket of one client closes.
    pub fn cut(&mut self, client: usize) {
        if let Some(socket) = self.clients[client].drop_socket() {
            self.input(client, Input::SocketClosed(socket));
        }
    }

    /// Tokens are no longer accepted; refreshing helps.
    pub fn revoke(&mut self) {
        self.server.revoke();
    }

    /// The device loses or regains its network, and says so.
    pub fn online(&mut self, client: usize, online: bool) {
        self.clients[client].offline = !online;
        if !online {
            // What was sent meanwhile is lost, and no close arrives.
            self.clients[client].half_open = true;
        }
        self.input(client, Input::Online(online));
    }

    /// The device falls asleep.
    pub fn doze(&mut self, client: usize) {
        self.clients[client].asleep.get_or_insert(self.now);
        let life = self.clients[client].life;
        self.later(PATIENCE, Event::Elect(client, life));
    }

    /// The device wakes: what arrived meanwhile arrives now, before or after it notices. The server has
    /// given up whoever was silent for a minute.
    pub fn rouse(&mut self, client: usize, notices_first: bool) {
        let Some(since) = self.clients[client].asleep.take() else {
            return;
        };
        let slept = Duration::from_secs(self.now.since(since).as_secs());
        // On every second device the steady clock has stood still.
        if client.is_multiple_of(2) {
            self.clients[client].slept += slept;
        }
        self.clients[client].doubtful = self.now;
        if notices_first {
            self.input(client, Input::Woke);
        }
        for input in std::mem::take(&mut self.clients[client].backlog) {
            self.input(client, input);
        }
        if slept > Duration::from_secs(60) {
            self.cut(client);
        }
        if !notices_first {
            self.input(client, Input::Woke);
        }
    }

    /// The next write draws its transaction's name now, its versions later, and is seen later still.
    pub fn slow(&mut self, wait: Duration, hold: Duration) {
        self.slow_next_write = Some((wait, hold));
    }

    /// The next requests are answered with this status.
    pub fn busy(&mut self, requests: u32, status: u16) {
        self.busy = Some((requests, status));
    }

    /// For a while, what the poller reads is sent to nobody, without a word.
    pub fn mute(&mut self, span: Duration) {
        self.lossy = true;
        self.muted_until = self.now + span;
    }

    /// The next records are too large for the stream.
    pub fn cut_down(&mut self, records: u32) {
        self.cut_down = records;
    }

    /// Frames of an earlier socket come late.
    pub fn haunt(&mut self, client: usize) {
        let current = self.clients[client].socket;
        let late = self.clients[client].sent.clone();
        for (socket, text) in late
            .into_iter()
            .filter(|(socket, _)| Some(*socket) != current)
        {
            let life = self.clients[client].life;
            let span = self.delay();
            self.later(span, Event::Input(client, life, Input::Frame(socket, text)));
        }
    }

    /// The close of an earlier membership comes late, with a repeated reply.
    pub fn haunt_membership(&mut self, client: usize) {
        if let Some(socket) = self.clients[client].socket {
            for event in ["phx_close", "phx_error"] {
                let frame = json!(["0", "0", "realtime:world", event, {}]);
                self.frame_to(client, socket, frame.to_string());
            }
        }
    }

    /// Everything is well again.
    pub fn heal(&mut self) {
        self.up = true;
        self.healed = true;
        (self.busy, self.slow_next_write, self.cut_down) = (None, None, 0);
        self.muted_until = self.now;
        for client in 0..self.clients.len() {
            self.rouse(client, true);
            let healed = &mut self.clients[client];
            healed.lose_next_answer = false;
            healed.lose_next_request = false;
            let dead = healed.half_open;
            if healed.offline {
                self.online(client, true);
            }
            // A connection that swallowed frames never delivers again.
            if dead {
                self.cut(client);
            }
            self.release(client);
        }
    }
}
