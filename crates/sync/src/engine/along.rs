//! Rows that come with a page of older rows: reactions with what they are about.

use super::{Engine, Purpose};
use crate::{
    Now, Response,
    io::Method,
    timers::Timer,
    verdict::{Verdict, judge},
};

/// Keys of one read: the server cuts an answer off at a thousand rows, and does not say so.
const TOGETHER: usize = 10;

/// A read that is owed to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Along {
    table: usize,
    path: String,
}

impl Engine {
    /// Asks every table for what comes with the rows of a page of `parent`.
    pub(super) fn ask_along(&mut self, parent: usize, body: &str) {
        let keys = self.tables[parent].page_keys(body);
        let name = self.tables[parent].name();
        for table in 0..self.tables.len() {
            for keys in keys.chunks(TOGETHER) {
                if let Some(path) = self.tables[table].along(name, keys) {
                    self.send_along(Along { table, path });
                }
            }
        }
    }

    fn send_along(&mut self, along: Along) {
        self.tables[along.table].expect_along();
        let path = along.path.clone();
        self.request(Purpose::Along(along), Method::Get, path, None, None);
    }

    pub(super) fn on_along(&mut self, now: Now, along: Along, response: Option<&Response>) {
        let verdict = judge(response);
        if verdict == Verdict::Unauthorized {
            self.on_unauthorized(now);
        }
        let body = response.filter(|_| verdict == Verdict::Accepted);
        let keys = self.tables[along.table].take_along(body.map(|response| response.body.as_str()));
        match keys {
            Some(keys) => {
                for key in keys {
                    self.fetch(along.table, key);
                }
            }
            None => {
                self.owed.push(along);
                let wait = self.retries.sync.next();
                self.timers.set(Timer::Fetch, now.instant + wait);
            }
        }
    }

    /// Asks again for what did not arrive.
    pub(super) fn ask_owed(&mut self) {
        for along in std::mem::take(&mut self.owed) {
            self.send_along(along);
        }
    }
}
