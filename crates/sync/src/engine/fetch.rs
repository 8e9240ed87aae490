//! Reads beside the feed: single rows of which a change said too little, and pages of older rows.

use std::time::Duration;

use super::{Engine, Feed, Purpose};
use crate::{
    History, Now, Response, Table,
    io::Method,
    table::{
        erased::{Key, Ordered},
        news::Wanted,
    },
    timers::Timer,
    verdict::{Verdict, judge},
};

/// A row that was asked for by itself is waited for no longer than this.
const PATIENCE: Duration = Duration::from_secs(4);

impl Engine {
    /// Asks for the next page of older rows of `group`, unless it is under way or there is none. It has so many
    /// `rows`, but at least [`PAGE`](crate::PAGE) and at most [`LARGEST_PAGE`](crate::LARGEST_PAGE).
    pub fn older<T: Table>(&mut self, now: Now, group: &T::Group, rows: usize) {
        let Some(table) = self.table_named(T::NAME) else {
            return;
        };
        self.next_page(now, table, &Ordered::of(group.clone()), rows);
    }

    fn next_page(&mut self, now: Now, table: usize, group: &Ordered, rows: usize) {
        let Some((ticket, path)) = self.tables[table].next_page(group, rows) else {
            return;
        };
        if self.token_is_stale(now) {
            self.refresh(now);
        }
        let purpose = Purpose::Older { table, ticket };
        self.request(purpose, Method::Get, path, None, None);
    }

    /// What is known of the rows of `group` below those held.
    ///
    /// # Panics
    /// When `T` was not registered.
    #[must_use]
    pub fn history<T: Table>(&self, group: &T::Group) -> History {
        let group = Ordered::of(group.clone());
        self.replica(T::NAME).history(&group)
    }

    pub(super) fn on_older(
        &mut self,
        now: Now,
        table: usize,
        ticket: u64,
        response: Option<&Response>,
    ) {
        let verdict = judge(response);
        if verdict == Verdict::Unauthorized {
            self.on_unauthorized(now);
        }
        let body = response.filter(|_| verdict == Verdict::Accepted);
        let keys =
            self.tables[table].take_page(ticket, body.map(|response| response.body.as_str()));
        for key in keys {
            self.fetch(table, key);
        }
        if let Some(response) = body {
            self.ask_along(table, &response.body);
        }
    }

    /// Asks REST for one row of which a change said too little.
    pub(super) fn fetch(&mut self, table: usize, key: Key) {
        if let (None, Some(now)) = (self.timers.at(Timer::Late), self.last_input) {
            self.timers.set(Timer::Late, now.instant + PATIENCE);
        }
        let wanted = self.tables[table].wanted(key);
        let path = wanted.path.clone();
        let purpose = Purpose::Fetch { table, wanted };
        self.request(purpose, Method::Get, path, None, None);
    }

    /// The row was deleted: answers on their way to what was asked about it before are of no use. Says whether
    /// there are any.
    pub(super) fn overtake(&mut self, table: usize, key: &Key) -> bool {
        let mut any = false;
        for purpose in self.requests.values_mut() {
            if let Purpose::Fetch { table: of, wanted } = purpose
                && *of == table
                && wanted.key == *key
            {
                wanted.overtaken = true;
                any = true;
            }
        }
        any
    }

    pub(super) fn on_fetch(
        &mut self,
        now: Now,
        table: usize,
        wanted: Wanted,
        response: Option<&Response>,
    ) {
        match (judge(response), response) {
            (Verdict::Accepted, Some(_)) if wanted.overtaken => {}
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

    /// Whether a row is known to have changed, and not yet how.
    pub(super) fn is_behind(&self) -> bool {
        let mut purposes = self.requests.values();
        purposes.any(|purpose| matches!(purpose, Purpose::Fetch { .. }))
    }

    /// Rows that were asked for one by one have not come: all that was missed is asked for, and until it is in
    /// nobody is told that it is.
    pub(super) fn lose_patience_with_fetches(&mut self, now: Now) {
        if self.is_behind() && matches!(self.feed, Feed::Synced | Feed::Replaying(_)) {
            self.catch_up(now);
        }
    }

    pub(super) fn fetch_again(&mut self, now: Now) {
        self.ask_owed();
        if matches!(
            self.feed,
            Feed::Synced | Feed::Checking { .. } | Feed::Replaying(_)
        ) {
            self.catch_up(now);
        }
    }
}
