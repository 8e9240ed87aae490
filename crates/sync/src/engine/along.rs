//! Rows that come with a page of older rows: reactions with what they are about.

use super::{Engine, Purpose};
use crate::{
    Now, Response,
    io::Method,
    timers::Timer,
    verdict::{Verdict, judge},
};

/// Keys of one read: all of them stand in its address.
const TOGETHER: usize = 100;
/// Rows at which the server cuts an answer off, without saying so.
const CUT: usize = 1_000;

/// A read that is owed to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Along {
    table: usize,
    parent: &'static str,
    keys: Vec<String>,
}

impl Engine {
    /// Asks every table for what comes with the rows of a page of `parent`.
    pub(super) fn ask_along(&mut self, parent: usize, body: &str) {
        let keys = self.tables[parent].page_keys(body);
        let name = self.tables[parent].name();
        for table in 0..self.tables.len() {
            for keys in keys.chunks(TOGETHER) {
                self.send_along(Along {
                    table,
                    parent: name,
                    keys: keys.to_owned(),
                });
            }
        }
    }

    fn send_along(&mut self, along: Along) {
        let Some(path) = self.tables[along.table].along(along.parent, &along.keys) else {
            return;
        };
        self.tables[along.table].expect_along();
        self.request(Purpose::Along(along), Method::Get, path, None, None);
    }

    pub(super) fn on_along(&mut self, now: Now, along: Along, response: Option<&Response>) {
        let verdict = judge(response);
        if verdict == Verdict::Unauthorized {
            self.on_unauthorized(now);
        }
        let body = response.filter(|_| verdict == Verdict::Accepted);
        let taken =
            self.tables[along.table].take_along(body.map(|response| response.body.as_str()));
        match taken {
            Some((count, vanished)) => {
                for key in vanished {
                    self.fetch(along.table, key);
                }
                if count >= CUT && along.keys.len() > 1 {
                    self.send_halves(along);
                }
            }
            None => {
                self.owed.push(along);
                let wait = self.retries.sync.next();
                self.timers.set(Timer::Fetch, now.instant + wait);
            }
        }
    }

    /// Some of what was asked for was cut off.
    fn send_halves(&mut self, mut first: Along) {
        let keys = first.keys.split_off(first.keys.len() / 2);
        let second = Along {
            keys,
            ..first.clone()
        };
        self.send_along(first);
        self.send_along(second);
    }

    /// Asks again for what did not arrive.
    pub(super) fn ask_owed(&mut self) {
        for along in std::mem::take(&mut self.owed) {
            self.send_along(along);
        }
    }
}
