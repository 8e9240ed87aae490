//! HTTP: requests that arrive, wait in transactions, and are answered or not.

use std::time::Duration;

use serde_json::json;
use sync::{Input, Request, RequestId, Response};

use super::{LATENCY, World, keeping::floor_in, net::Event};
use crate::server::{self, Committed, Judged};

/// How long a client waits for an answer that will never come.
const NO_ANSWER: Duration = Duration::from_secs(10);

/// A request that is carried out in a transaction.
#[derive(Debug)]
pub(super) struct Work {
    client: usize,
    life: u64,
    id: RequestId,
    lost: bool,
    /// From its execution to its commit.
    hold: Option<Duration>,
    answer: Option<Response>,
}

impl World {
    pub(super) fn send_request(&mut self, client: usize, request: Request) {
        let from = &mut self.clients[client];
        if from.hold_requests {
            from.held.push(request);
        } else if from.offline || std::mem::take(&mut from.lose_next_request) {
            let life = from.life;
            let nothing = Input::Response(request.id, None);
            self.later(NO_ANSWER, Event::Input(client, life, nothing));
        } else {
            let life = from.life;
            let delay = self.delay();
            self.later(delay, Event::Arrive(client, life, request));
        }
    }

    /// Lets the held requests of a client pass.
    pub fn release(&mut self, client: usize) {
        self.clients[client].hold_requests = false;
        for request in std::mem::take(&mut self.clients[client].held) {
            self.send_request(client, request);
        }
    }

    /// Lets the held answers to a client pass.
    pub fn release_answers(&mut self, client: usize) {
        self.clients[client].hold_answers = false;
        for news in std::mem::take(&mut self.clients[client].held_answers) {
            self.later_input(LATENCY, client, news);
        }
    }

    pub(super) fn on_request(&mut self, client: usize, life: u64, request: Request) {
        let id = request.id;
        if !self.up {
            return self.respond(client, life, id, None);
        }
        if let Some((left, status)) = self.busy {
            self.busy = (left > 1).then(|| (left - 1, status));
            let mut refusal = server::error(status, "", "Busy");
            refusal.retry_after = (status == 429).then_some(2);
            return self.respond(client, life, id, Some(refusal));
        }
        self.judge_mend(client, life, &request);
        let now = self.time().wall;
        let user = match self.server.judge(now, &request) {
            Judged::Answered(answer) => {
                if request.path == "/rest/v1/rpc/sync" && self.clients[client].life == life {
                    self.clients[client].floor = floor_in(&answer.body);
                }
                return self.respond(client, life, id, Some(answer));
            }
            Judged::Write(user) => user,
        };
        let txid = self.server.begin(&user, &request);
        let slow = self.slow_next_write.take();
        let lost = self.clients[client].life == life
            && std::mem::take(&mut self.clients[client].lose_next_answer);
        let work = Work {
            client,
            life,
            id,
            lost,
            hold: slow.map(|(_, hold)| hold),
            answer: None,
        };
        self.work.insert(txid, work);
        match slow {
            Some((wait, _)) => self.later(wait, Event::Execute(txid)),
            None => self.execute(txid),
        }
    }

    /// W2: nobody overwrites a text that they have not seen.
    fn judge_edits(&mut self, client: usize, committed: &[Committed]) {
        if !self.watched {
            return;
        }
        let device = &self.clients[client].device;
        for change in committed.iter().filter(|change| change.table == "notes") {
            let (Some(old), Some(new)) = (&change.old, &change.record) else {
                continue;
            };
            let key = json!(change.key).to_string();
            let unread = ["body", "colour"].into_iter().find(|column| {
                let text = old[*column].to_string();
                let name = (device.clone(), key.clone(), (*column).to_owned(), text);
                old[*column] != new[*column] && !self.read.contains(&name)
            });
            if let Some(column) = unread {
                let told =
                    format!("client {client}: W2: {column} overwritten unread: {old:?}, {new:?}");
                self.broken.get_or_insert(told);
            }
        }
    }

    /// L2: a tab that heard everything asks for a whole table only for what no event tells: letters that
    /// come and go. What it loaded first may be older than what it heard, for a moment.
    fn judge_mend(&mut self, client: usize, life: u64, request: &Request) {
        let body = request.body.as_deref().unwrap_or_default();
        if !self.watched || request.path != "/rest/v1/rpc/sync" || self.server.forgotten {
            return;
        }
        let hears = self.hears(client);
        let from = &mut self.clients[client];
        if from.life != life {
            return;
        }
        let quiet = self.now.since(from.doubtful) > Duration::from_secs(12);
        if body.contains("\"cursor\":null") {
            from.doubtful = self.now;
        }
        let whole = body
            .split_once("\"whole\":[")
            .map_or("", |(_, names)| names);
        let mends = whole.contains("notes") || whole.contains("seats");
        if mends && hears && quiet && !self.lossy {
            let told =
                format!("client {client}: L2: only a comparison found what was missed: {body}");
            self.broken.get_or_insert(told);
        }
    }

    pub(super) fn execute(&mut self, txid: u64) {
        let now = self.time().wall;
        let Some(work) = self.work.get_mut(&txid) else {
            return;
        };
        let Some(answer) = self.server.execute(now, txid) else {
            self.blocked.push(txid);
            return;
        };
        work.answer = Some(answer);
        match work.hold {
            Some(hold) => self.later(hold, Event::Commit(txid)),
            None => self.commit(txid),
        }
    }

    pub(super) fn commit(&mut self, txid: u64) {
        let Some(work) = self.work.remove(&txid) else {
            return;
        };
        let committed = self.server.commit(txid);
        self.judge_edits(work.client, &committed);
        self.publish(committed);
        let answer = work.answer.filter(|_| !work.lost);
        self.respond(work.client, work.life, work.id, answer);
        for txid in std::mem::take(&mut self.blocked) {
            self.execute(txid);
        }
    }

    /// PostgreSQL restarts: running transactions are undone, and the poller loses its place.
    pub fn restart_postgres(&mut self) {
        self.server.roll_back();
        self.blocked.clear();
        for work in std::mem::take(&mut self.work).into_values() {
            let refusal = server::error(503, "PGRST001", "Database connection error");
            self.respond(work.client, work.life, work.id, Some(refusal));
        }
        self.lose_stream();
    }

    fn respond(&mut self, client: usize, life: u64, id: RequestId, response: Option<Response>) {
        let lost = response.is_none() && self.dice.is_some();
        let delay = if lost { NO_ANSWER } else { self.delay() };
        let news = Input::Response(id, response);
        if self.clients[client].hold_answers {
            self.clients[client].held_answers.push(news);
            return;
        }
        self.later(delay, Event::Input(client, life, news));
    }
}
