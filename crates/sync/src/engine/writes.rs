//! Writes of the person: shown at once, sent in order, confirmed or refused by the answer.

use std::time::Duration;

use super::{Engine, Purpose};
use crate::{
    Method, Notice, Now, Rejection, RequestId, Response, Table,
    outbox::{Flight, MutationId},
    table::{
        erased::{Accepted, Step, Wanted, never_left},
        overlay::Op,
        replica::Replica,
    },
    timers::Timer,
    verdict::{Verdict, judge},
};

impl Engine {
    /// Inserts a row; it shows at once.
    pub fn insert<T: Table>(&mut self, now: Now, draft: T::Draft) {
        let (key, op) = Replica::<T>::insert(draft, now.wall);
        self.write::<T>(now, key, op);
    }

    /// Inserts a row or replaces the one with its key; it shows at once.
    pub fn put<T: Table>(&mut self, now: Now, draft: T::Draft) {
        let key = T::draft_key(&draft);
        // Only the last of several answers that have not left yet is worth sending.
        self.withdraw::<T>(key, |op| matches!(op, Op::Put { .. } | Op::Delete));
        self.write::<T>(
            now,
            key,
            Op::Put {
                draft,
                at: now.wall,
            },
        );
    }

    /// Updates a row as it is shown; nothing happens when it would change nothing.
    pub fn update<T: Table>(&mut self, now: Now, key: T::Key, patch: T::Patch) {
        if let Some(op) = self.replica::<T>().update(key, patch) {
            self.write::<T>(now, key, op);
        }
    }

    /// Deletes a row; it is gone from view at once.
    pub fn delete<T: Table>(&mut self, now: Now, key: T::Key) {
        let failed = self
            .replica_mut::<T>()
            .withdraw(key, |write| write.failed.is_some());
        let unsent = self.withdraw::<T>(key, |_| true);
        let known = self.replica::<T>().base(&key).is_some();
        let flying = self.replica::<T>().shown(&key).is_some();
        let nothing_left = (unsent || !failed.is_empty()) && never_left::<T>() && !known && !flying;
        if !nothing_left {
            self.write::<T>(now, key, Op::Delete);
        }
    }

    /// Sends the refused writes of a row again.
    pub fn retry<T: Table>(&mut self, now: Now, key: T::Key) {
        let table = self
            .table_named(T::NAME)
            .expect("every table is registered");
        for id in self.replica_mut::<T>().revive(key) {
            self.outbox.again(id, table);
        }
        self.send_next(now);
    }

    /// Gives the refused writes of a row up.
    pub fn discard<T: Table>(&mut self, _: Now, key: T::Key) {
        self.replica_mut::<T>()
            .withdraw(key, |write| write.failed.is_some());
    }

    fn write<T: Table>(&mut self, now: Now, key: T::Key, op: Op<T>) {
        let table = self
            .table_named(T::NAME)
            .expect("every table is registered");
        let id = self.outbox.add(table);
        self.replica_mut::<T>().write(key, id, op);
        self.send_next(now);
    }

    /// Takes back the writes of a row that have not left; says whether there were any.
    fn withdraw<T: Table>(&mut self, key: T::Key, unwanted: impl Fn(&Op<T>) -> bool) -> bool {
        let flying = self.outbox.in_flight();
        let ids = self.replica_mut::<T>().withdraw(key, |write| {
            Some(write.id) != flying && write.failed.is_none() && unwanted(&write.op)
        });
        for id in &ids {
            self.outbox.remove(*id);
        }
        !ids.is_empty()
    }

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
                // An update is judged anew against the row as it is; anything else is settled by it.
                if self.tables[table].settle(first.id) {
                    self.outbox.remove(first.id);
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
            (Verdict::Accepted | Verdict::AlreadyThere | Verdict::Gone, _) => self.rest(now, None),
        }
    }

    fn refuse(&mut self, id: MutationId, table: usize, rejection: Rejection) {
        let key = self.tables[table].key_of(id).unwrap_or_default();
        self.outbox.remove(id);
        if let Some(lost) = self.tables[table].refuse(id, &rejection) {
            let table = self.tables[table].name();
            self.notices.push(Notice {
                id: id.0,
                table,
                key,
                rejection,
                lost,
            });
        }
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
