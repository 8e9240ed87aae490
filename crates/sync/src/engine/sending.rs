//! The outbox at work: one write under way, its answer judged, the next one sent.

use std::time::Duration;

use super::{Engine, Purpose};
use crate::{
    Method, Now, Rejection, RequestId, Response, WriteId,
    outbox::{Flight, Waiting},
    table::{
        erased::Key,
        news::Wanted,
        outgoing::{Accepted, Step},
        overlay::Why,
    },
    timers::Timer,
    verdict::{Verdict, is_failure, judge, rejection},
};

/// No server is left alone longer, whatever it asks for.
const LONGEST: Duration = Duration::from_secs(60);

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
                    Some(key) => self.look(first.table, key),
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
                let steps = self.steps;
                let doubt = self.tables[first.table].take_doubt(first.id);
                match self.tables[first.table].accept(first.id, body, steps) {
                    Accepted::Confirmed => {
                        self.sent(first.id);
                        if let Some(key) = doubt {
                            self.fetch(first.table, key);
                        }
                    }
                    // The next attempt begins with the look that it is owed.
                    Accepted::Again => {}
                    Accepted::Unreadable => self.fail_or_rest(now, first, response, None),
                }
            }
            Verdict::AlreadyThere => self.owe(first, Why::There),
            Verdict::AlreadyDone => self.owe(first, Why::Done),
            Verdict::Gone => {
                self.tables[first.table].forget(first.id);
                self.outbox.remove(first.id);
            }
            Verdict::Rejected(rejection) => self.refuse(first.id, first.table, rejection),
            Verdict::Retry(after) => self.fail_or_rest(now, first, response, after),
            Verdict::Unauthorized => {
                self.outbox.flight = Flight::Resting;
                self.on_unauthorized(now);
            }
        }
    }

    /// The first write is carried out.
    fn sent(&mut self, id: WriteId) {
        self.retries.write.reset();
        self.retries.refresh.reset();
        self.outbox.remove(id);
    }

    fn owe(&mut self, first: Waiting, why: Why) {
        self.tables[first.table].owe(first.id, why);
        if self.tables[first.table].is_refused(first.id) {
            self.outbox.remove(first.id);
        }
    }

    /// Tries again later, unless the server has failed over this very write too often: then the others go on
    /// without it.
    fn fail_or_rest(
        &mut self,
        now: Now,
        first: Waiting,
        response: Option<&Response>,
        after: Option<u64>,
    ) {
        match response {
            Some(answer) if is_failure(response) && self.outbox.fails_again() => {
                self.retries.write.reset();
                let rejection = rejection(answer.status, &answer.body);
                self.refuse(first.id, first.table, rejection);
            }
            Some(_) | None => self.rest(now, after),
        }
    }

    /// Fetches the row of the first write to see what became of it.
    fn look(&mut self, table: usize, key: Key) {
        let wanted = self.tables[table].wanted(key);
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
                let read = self.tables[table].fetched(wanted, &response.body, steps);
                let Some(first) = self.outbox.first() else {
                    return;
                };
                if !read {
                    self.fail_or_rest(now, first, Some(response), None);
                } else if self.tables[first.table].look_settles(first.id) {
                    self.sent(first.id);
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
        for dropped in self.tables[table].fail(id, rejection) {
            self.outbox.remove(dropped);
        }
        // Edits that waited for a deletion that does not come go on.
        self.go_on(id, table);
    }

    /// Lets edits of the row of `id` wait to be sent that do not wait yet.
    fn go_on(&mut self, id: WriteId, table: usize) {
        for edit in self.tables[table].edits_beside(id) {
            if !self.outbox.contains(edit) {
                self.outbox.push(edit, table);
            }
        }
    }

    /// Conflicts that have gone away by themselves are sent again.
    pub(super) fn send_dissolved(&mut self) {
        for table in 0..self.tables.len() {
            for id in self.tables[table].take_dissolved() {
                self.outbox.push(id, table);
            }
        }
    }

    fn rest(&mut self, now: Now, after: Option<u64>) {
        self.outbox.flight = Flight::Resting;
        let wait = self
            .retries
            .write
            .next()
            .max(Duration::from_secs(after.unwrap_or(0)).min(LONGEST));
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
