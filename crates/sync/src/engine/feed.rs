//! Loading rows and catching up: one `sync` request after every possible gap, changes kept meanwhile.

use std::{collections::VecDeque, time::Duration};

use wire::change::{self, Change};

use super::{Engine, Purpose};
use crate::{Now, RequestId, io::Method, table::news::Applied, timers::Timer};

/// More changes than this are not kept while rows are on their way: everything is asked for again.
const KEPT: usize = 10_000;
/// So many kept changes are applied at a time: a few milliseconds in a browser.
const SLICE: usize = 256;
/// Between two slices, whoever drives the engine has this long for other things.
const BREATH: Duration = Duration::from_millis(1);
/// A comparison under way holds changes back no longer than this.
const PATIENCE: Duration = Duration::from_secs(3);
/// After one that took longer, the next comes after this time.
const SLOW: Duration = Duration::from_secs(120);
/// After news that could not be read, the server is asked within this time.
const UNREAD: Duration = Duration::from_secs(5);

/// How far our rows are from the server's.
#[derive(Debug)]
pub(super) enum Feed {
    /// Changes do not flow.
    Down,
    /// Changes flow and are kept, in order, until what was missed is in.
    CatchingUp {
        /// The request under way; `None` while a retry waits.
        request: Option<RequestId>,
        kept: Kept,
        /// Another gap was possible after the request was sent.
        again: bool,
    },
    /// What was missed is in; what was kept is applied, slice by slice, and what comes stands in line.
    Replaying(Kept),
    /// Every change is applied as it comes.
    Synced,
    /// As before, except that changes are kept for the moment that a comparison of digests takes.
    Checking { request: RequestId, kept: Kept },
}

/// Changes that wait, up to a limit.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) changes: VecDeque<Change>,
    /// There were too many; what was kept is of no use.
    pub(super) spilled: bool,
}

impl Kept {
    fn push(&mut self, change: Change) {
        if self.changes.len() >= KEPT {
            self.changes = VecDeque::new();
            self.spilled = true;
        }
        if !self.spilled {
            self.changes.push_back(change);
        }
    }
}

impl Engine {
    /// Something may have been missed: asks for everything since the cursor, or for everything.
    pub(super) fn catch_up(&mut self, now: Now) {
        let kept = match std::mem::replace(&mut self.feed, Feed::Down) {
            Feed::CatchingUp {
                request: request @ Some(_),
                ..
            } => {
                // What has come until now is older than the next answer, which knows what was deleted
                // since; the answer under way may not.
                self.feed = Feed::CatchingUp {
                    request,
                    kept: Kept::default(),
                    again: true,
                };
                return;
            }
            Feed::Checking { request, kept } => {
                self.timers.stop(Timer::Patience);
                self.feed = Feed::CatchingUp {
                    request: Some(request),
                    kept,
                    again: true,
                };
                return;
            }
            Feed::CatchingUp {
                request: None,
                kept,
                ..
            } => kept,
            Feed::Replaying(kept) => {
                self.timers.stop(Timer::Replay);
                kept
            }
            Feed::Down | Feed::Synced => Kept::default(),
        };
        self.ask(now, kept);
    }

    /// Asks, and keeps what arrives meanwhile after `kept`.
    pub(super) fn ask(&mut self, now: Now, kept: Kept) {
        self.timers.stop(Timer::Sync);
        self.timers.stop(Timer::Check);
        let request = if self.token_is_stale(now) {
            // The new token asks.
            self.refresh(now);
            None
        } else {
            Some(self.request_rows())
        };
        self.feed = Feed::CatchingUp {
            request,
            kept,
            again: false,
        };
    }

    /// Looks whether the rows are still those of the server, without a reason for doubt.
    pub(super) fn check(&mut self, now: Now) {
        if !matches!(self.feed, Feed::Synced) || self.token_is_stale(now) {
            return;
        }
        self.timers.stop(Timer::Check);
        self.timers.set(Timer::Patience, now.instant + PATIENCE);
        self.feed = Feed::Checking {
            request: self.request_rows(),
            kept: Kept::default(),
        };
    }

    fn request_rows(&mut self) -> RequestId {
        let whole = (!self.proof.differing.is_empty()).then_some(&self.proof.differing);
        let body = serde_json::json!({
            "cursor": self.cursor, "scope": self.scope, "whole": whole,
        });
        let asked = self.steps;
        let path = "/rest/v1/rpc/sync".to_owned();
        let purpose = Purpose::Sync { asked };
        self.request(purpose, Method::Post, path, None, Some(body.to_string()))
    }

    /// The comparison takes too long to hold changes back for it.
    pub(super) fn lose_patience(&mut self, now: Now) {
        if let Feed::Checking { kept, .. } = std::mem::replace(&mut self.feed, Feed::Synced) {
            self.timers.set(Timer::Check, now.instant + SLOW);
            self.replay(now, kept);
        }
    }

    /// Applies the first of what was kept, and asks again when too much had come.
    pub(super) fn replay(&mut self, now: Now, mut kept: Kept) {
        let slice = kept.changes.len().min(SLICE);
        for change in kept.changes.drain(..slice) {
            self.apply(now, &change);
        }
        if kept.spilled {
            self.catch_up(now);
        } else if !kept.changes.is_empty() {
            self.feed = Feed::Replaying(kept);
            self.timers.set(Timer::Replay, now.instant + BREATH);
        }
    }

    /// Applies the next of what was kept.
    pub(super) fn replay_on(&mut self, now: Now) {
        let feed = std::mem::replace(&mut self.feed, Feed::Synced);
        let Feed::Replaying(kept) = feed else {
            self.feed = feed;
            return;
        };
        self.replay(now, kept);
        // The comparison may have become due meanwhile, and waited.
        if matches!(self.feed, Feed::Synced) && self.timers.at(Timer::Check).is_none() {
            self.plan_check(now);
        }
    }

    pub(super) fn on_change(&mut self, now: Now, change: Change) {
        self.heard = Some(now.wall);
        match &mut self.feed {
            Feed::CatchingUp { kept, .. } | Feed::Checking { kept, .. } | Feed::Replaying(kept) => {
                kept.push(change)
            }
            Feed::Synced => self.apply(now, &change),
            // Before "subscribed" nothing is promised; what comes is repeated by the catch-up.
            Feed::Down => {}
        }
    }

    fn apply(&mut self, now: Now, change: &Change) {
        let Some(table) = self.table_named(&change.table) else {
            return;
        };
        match self.tables[table].change(change) {
            Applied::Done => {}
            Applied::Fetch(key) => {
                if change.kind == change::Kind::Delete {
                    self.overtake(table, &key);
                }
                self.fetch(table, key);
            }
            Applied::Gone(key) => {
                if self.overtake(table, &key) {
                    self.fetch(table, key);
                }
            }
            Applied::Unread => self.on_unread(now),
        }
    }

    /// News that cannot be read may have been a change: the server is asked before long.
    pub(super) fn on_unread(&mut self, now: Now) {
        self.unread += 1;
        let at = now.instant + UNREAD;
        if self.timers.at(Timer::Check).is_some_and(|due| due > at) {
            self.timers.set(Timer::Check, at);
        }
    }
}
