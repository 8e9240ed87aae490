//! The outbox at work: one write under way, its answer judged, the next one sent.

use std::time::Duration;

use super::{Engine, Purpose};
use crate::{
    Method, Now, Rejection, RequestId, Response, WriteId,
    outbox::Flight,
    table::erased::{Accepted, Settled, Step, Wanted},
    timers::Timer,
    verdict::{Verdict, judge},
};

impl Engine {
    /// Sends the first write that waits, if none is under way.
    pub(super) fn send_next(&mut self, now: Now) {
        while self.outbox.flight == Flight::Idle
            && self.offline_since.is_none()
            && !self.ended
            && let Some(first) = self.outbox.first()
        {
            match self.tables[first.table].step(first.id) {
                Step::Send {
                    method,
                    path,
                    prefer,
                    body,
                } => {
                    if self.token_is_stale(now) {
                        self.outbox.flight = Flight::Resting;
                        self.refresh(now);
                        return;
                    }
                    let id = self.request(Purpose::Write, method, path, Some(prefer), body);
                    self.outbox.flight = Flight::Sent(id);
                }
                Step::Forget => {
                    self.tables[first.table].forget(first.id);
                    self.outbox.remove(first.id);
                }
                Step::Look => match self.tables[first.table].key_of(first.id) {
                    Some(key) => self.look(first.table, &key),
                    None => self.outbox.remove(first.id),
                },
                Step::Refuse(rejection) => self.refuse(first.id, first.table, rejection),
            }
        }
    }

    pub(super) fn on_write(&mut self, now: Now, id: RequestId, response: Option<&Response>) {
        if self.outbox.flight != Flight::Sent(id) {
            return;
        }
        self.outbox.flight = Flight::Idle;
        let Some(first) = self.outbox.first() else {
            return;
        };
        let body = response.map_or("", |response| response.body.as_str());
        match judge(response) {
            Verdict::Accepted => {
                self.retries.write.reset();
                self.retries.refresh.reset();
                let steps = self.steps;
                match self.tables[first.table].accept(first.id, body, steps) {
                    Accepted::Confirmed => self.outbox.remove(first.id),
                    Accepted::Look { key } => self.look(first.table, &key),
                }
            }
            Verdict::AlreadyThere => match self.tables[first.table].key_of(first.id) {
                Some(key) => self.look(first.table, &key),
                None => self.outbox.remove(first.id),
            },
            Verdict::AlreadyDone => {
                self.tables[first.table].done(first.id);
                match self.tables[first.table].key_of(first.id) {
                    Some(key) => self.look(first.table, &key),
                    None => self.outbox.remove(first.id),
                }
            }
            Verdict::Gone => {
                self.tables[first.table].forget(first.id);
                self.outbox.remove(first.id);
            }
            Verdict::Rejected(rejection) => self.refuse(first.id, first.table, rejection),
            Verdict::Retry(after) => self.rest(now, after),
            Verdict::Unauthorized => {
                self.outbox.flight = Flight::Resting;
                self.on_unauthorized(now);
            }
        }
    }

    /// Fetches the row of the first write to see what became of it.
    fn look(&mut self, table: usize, key: &str) {
        let Some(wanted) = self.tables[table].wanted(key) else {
            return;
        };
        let path = wanted.path.clone();
        let id = self.request(
            Purpose::Look { table, wanted },
            Method::Get,
            path,
            None,
            None,
        );
        self.outbox.flight = Flight::Looking(id);
    }

    pub(super) fn on_look(
        &mut self,
        now: Now,
        id: RequestId,
        table: usize,
        wanted: &Wanted,
        response: Option<&Response>,
    ) {
        if self.outbox.flight != Flight::Looking(id) {
            return;
        }
        self.outbox.flight = Flight::Idle;
        match (judge(response), response) {
            (Verdict::Accepted, Some(response)) => {
                let steps = self.steps;
                self.tables[table].fetched(wanted, &response.body, steps);
                let Some(first) = self.outbox.first() else {
                    return;
                };
                match self.tables[first.table].look_settles(first.id) {
                    Settled::Done => self.outbox.remove(first.id),
                    Settled::Again => {}
                    Settled::Refuse(rejection) => self.refuse(first.id, first.table, rejection),
                }
            }
            (Verdict::Unauthorized, _) => {
                self.outbox.flight = Flight::Resting;
                self.on_unauthorized(now);
            }
            (Verdict::Rejected(rejection), _) => {
                if let Some(first) = self.outbox.first() {
                    self.refuse(first.id, first.table, rejection);
                }
            }
            (Verdict::Retry(after), _) => self.rest(now, after),
            (
                Verdict::Accepted | Verdict::AlreadyThere | Verdict::AlreadyDone | Verdict::Gone,
                _,
            ) => self.rest(now, None),
        }
    }

    fn refuse(&mut self, id: WriteId, table: usize, rejection: Rejection) {
        self.outbox.remove(id);
        self.tables[table].refuse(id, rejection);
    }

    fn rest(&mut self, now: Now, after: Option<u64>) {
        self.outbox.flight = Flight::Resting;
        let wait = self
            .retries
            .write
            .next()
            .max(Duration::from_secs(after.unwrap_or(0)));
        self.timers.set(Timer::Write, now.instant + wait);
    }

    /// Lets the outbox go on.
    pub(super) fn rest_over(&mut self, now: Now) {
        if self.outbox.flight == Flight::Resting && self.offline_since.is_none() && !self.ended {
            self.timers.stop(Timer::Write);
            self.outbox.flight = Flight::Idle;
            self.send_next(now);
        }
    }
}
