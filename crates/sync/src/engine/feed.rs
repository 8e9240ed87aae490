//! Loading rows and catching up: one `sync` request after every possible gap, changes kept meanwhile.

use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;
use serde_json::value::RawValue;
use wire::change::Change;

use super::{Engine, Purpose};
use crate::{
    Now, RequestId, Response, Rev,
    io::Method,
    table::erased::Wanted,
    timers::Timer,
    verdict::{Verdict, judge},
};

/// How far our rows are from the server's.
#[derive(Debug)]
pub(super) enum Feed {
    /// Changes do not flow.
    Down,
    /// Changes flow and are kept, in order, until what was missed is in.
    CatchingUp {
        /// The request under way; `None` while a retry waits.
        request: Option<RequestId>,
        kept: VecDeque<Change>,
        /// Another gap was possible after the request was sent.
        again: bool,
    },
    /// Every change is applied as it comes.
    Synced,
}

/// Answer of the function `sync`.
#[derive(Deserialize)]
struct Answer<'a> {
    cursor: String,
    complete: bool,
    #[serde(borrow)]
    rows: BTreeMap<&'a str, Vec<&'a RawValue>>,
    #[serde(borrow)]
    tombstones: Vec<Tombstone<'a>>,
}

#[derive(Deserialize)]
struct Tombstone<'a> {
    table: &'a str,
    #[serde(borrow)]
    key: &'a RawValue,
    rev: Rev,
}

impl Engine {
    /// Asks for everything since the cursor, or for everything.
    pub(super) fn catch_up(&mut self) {
        let kept = match std::mem::replace(&mut self.feed, Feed::Down) {
            Feed::CatchingUp {
                request: request @ Some(_),
                kept,
                ..
            } => {
                self.feed = Feed::CatchingUp {
                    request,
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
            Feed::Down | Feed::Synced => VecDeque::new(),
        };
        self.timers.stop(Timer::Sync);
        let body = serde_json::json!({ "cursor": self.cursor }).to_string();
        let asked = self.steps;
        let path = "/rest/v1/rpc/sync".to_owned();
        let request = self.request(
            Purpose::Sync { asked },
            Method::Post,
            path,
            None,
            Some(body),
        );
        self.feed = Feed::CatchingUp {
            request: Some(request),
            kept,
            again: false,
        };
    }

    pub(super) fn on_change(&mut self, change: Change) {
        match &mut self.feed {
            Feed::CatchingUp { kept, .. } => kept.push_back(change),
            Feed::Synced => self.apply(&change),
            // Before "subscribed" nothing is promised; what comes is repeated by the catch-up.
            Feed::Down => {}
        }
    }

    fn apply(&mut self, change: &Change) {
        let Some(table) = self.table_named(&change.table) else {
            return;
        };
        if let Some(key) = self.tables[table].change(change) {
            self.fetch(table, &key);
        }
    }

    pub(super) fn on_sync(
        &mut self,
        now: Now,
        id: RequestId,
        asked: u64,
        response: Option<&Response>,
    ) {
        let Feed::CatchingUp { request, .. } = &mut self.feed else {
            return;
        };
        if *request != Some(id) {
            return;
        }
        *request = None;
        match (judge(response), response) {
            (Verdict::Accepted, Some(response)) => self.on_rows(now, asked, &response.body),
            (Verdict::Unauthorized, _) => self.on_unauthorized(now),
            (Verdict::Rejected(rejection), _) if rejection.code == "PGRST202" => self.stop(
                "The database has no function sync. Apply the migrations in supabase/, then reload."
                    .to_owned(),
            ),
            (Verdict::Rejected(rejection), _) => self.stop(format!(
                "The database refuses to be read ({}): {}. Apply the migrations in supabase/, then reload.",
                rejection.code, rejection.message
            )),
            (Verdict::Retry(after), _) => self.sync_later(now, after),
            (Verdict::Accepted | Verdict::AlreadyThere | Verdict::AlreadyDone | Verdict::Gone, _) => self.sync_later(now, None),
        }
    }

    fn sync_later(&mut self, now: Now, after: Option<u64>) {
        let wait = self
            .retries
            .sync
            .next()
            .max(std::time::Duration::from_secs(after.unwrap_or(0)));
        self.timers.set(Timer::Sync, now.instant + wait);
    }

    fn on_rows(&mut self, now: Now, asked: u64, body: &str) {
        let Ok(answer) = serde_json::from_str::<Answer<'_>>(body) else {
            self.sync_later(now, None);
            return;
        };
        for table in &mut self.tables {
            let rows = answer.rows.get(table.name()).map_or(&[][..], Vec::as_slice);
            table.load(rows, answer.complete, asked);
        }
        for tombstone in &answer.tombstones {
            if let Some(table) = self.table_named(tombstone.table) {
                self.tables[table].bury(tombstone.key, tombstone.rev);
            }
        }
        self.cursor = Some(answer.cursor);
        self.loaded = true;
        self.retries.sync.reset();
        self.retries.refresh.reset();
        let before = std::mem::replace(&mut self.feed, Feed::Synced);
        if let Feed::CatchingUp { kept, again, .. } = before {
            for change in &kept {
                self.apply(change);
            }
            if again {
                self.catch_up();
            }
        }
    }

    /// Asks REST for one row of which a change said too little.
    pub(super) fn fetch(&mut self, table: usize, key: &str) {
        let Some(wanted) = self.tables[table].wanted(key) else {
            return;
        };
        let path = wanted.path.clone();
        self.request(
            Purpose::Fetch { table, wanted },
            Method::Get,
            path,
            None,
            None,
        );
    }

    pub(super) fn on_fetch(
        &mut self,
        now: Now,
        table: usize,
        wanted: Wanted,
        response: Option<&Response>,
    ) {
        match (judge(response), response) {
            (Verdict::Accepted, Some(response)) => {
                let steps = self.steps;
                self.tables[table].fetched(&wanted, &response.body, steps);
            }
            (Verdict::Unauthorized | Verdict::Retry(_), _) => {
                // The next catch-up brings the row, or says that it is gone.
                let wait = self.retries.sync.next();
                self.timers.set(Timer::Fetch, now.instant + wait);
            }
            (
                Verdict::Accepted
                | Verdict::AlreadyThere
                | Verdict::AlreadyDone
                | Verdict::Gone
                | Verdict::Rejected(_),
                _,
            ) => {}
        }
    }

    pub(super) fn fetch_again(&mut self) {
        if matches!(self.feed, Feed::Synced) {
            self.catch_up();
        }
    }
}
