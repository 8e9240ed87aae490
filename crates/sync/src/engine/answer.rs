//! The answer of the function `sync`: rows, deletions, and the proof that nothing is missing.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};
use wire::Timestamp;

use super::{
    Engine,
    feed::{Feed, Kept},
};
use crate::{
    Digest, Instant, Now, RequestId, Response, Rev,
    table::scope::Held,
    timers::Timer,
    verdict::{Verdict, judge},
};

/// Without a reason for doubt, digests are compared once in this time, and up to half as long again.
const CHECK: Duration = Duration::from_secs(240);
/// A comparison that a write of our own made void is repeated after this time.
const CHECK_SOON: Duration = Duration::from_secs(10);
/// A difference that stays is mended twice at once, then only so often or more rarely.
const MENDS_AT_ONCE: u32 = 2;
const MEND_PAUSE: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
pub(super) struct Answer<'a> {
    pub(super) cursor: String,
    /// Every row in scope is here: there was no cursor, or it was of no use.
    complete: bool,
    /// The tables of which every row in scope is here.
    #[serde(default, borrow)]
    whole: Vec<&'a str>,
    /// The floor of each table that has one.
    #[serde(default)]
    pub(super) scope: Option<Map<String, Value>>,
    #[serde(default, borrow)]
    digests: BTreeMap<&'a str, Digest>,
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

/// What is known about our rows being the server's.
#[derive(Debug, Default)]
pub(super) struct Proof {
    /// Tables whose digests differed when they were last compared.
    pub(super) differing: Vec<&'static str>,
    /// Comparisons in a row that found a difference.
    mends: u32,
    /// When all digests were last equal.
    equal_at: Option<Instant>,
}

/// What a comparison of digests says.
enum Compared {
    Equal,
    /// REST has changed rows of which the snapshot may not know.
    Unsure,
    Differ(Vec<&'static str>),
}

impl Engine {
    pub(super) fn on_sync(
        &mut self,
        now: Now,
        id: RequestId,
        asked: u64,
        response: Option<&Response>,
    ) {
        match &mut self.feed {
            Feed::CatchingUp { request, .. } if *request == Some(id) => *request = None,
            Feed::Checking { request, .. } if *request == id => {}
            Feed::Down
            | Feed::Synced
            | Feed::CatchingUp { .. }
            | Feed::Checking { .. }
            | Feed::Replaying(_) => return,
        }
        self.timers.stop(Timer::Patience);
        match (judge(response), response) {
            (Verdict::Accepted, Some(response)) => self.on_rows(now, asked, &response.body),
            (Verdict::Unauthorized, _) => {
                self.end_check(now);
                self.on_unauthorized(now);
            }
            (Verdict::Rejected(rejection), _) if rejection.code == "PGRST202" => self.stop(
                "The database has no function sync. Apply the migrations in supabase/, then reload."
                    .to_owned(),
            ),
            (Verdict::Rejected(rejection), _) => self.stop(format!(
                "The database refuses to be read ({}): {}. Apply the migrations in supabase/, then reload.",
                rejection.code, rejection.message
            )),
            (Verdict::Retry(after), _) => self.sync_later(now, after),
            (
                Verdict::Accepted | Verdict::AlreadyThere | Verdict::AlreadyDone | Verdict::Gone,
                _,
            ) => self.sync_later(now, None),
        }
    }

    fn sync_later(&mut self, now: Now, after: Option<u64>) {
        let pause = Duration::from_secs(after.unwrap_or(0));
        let at = now.instant + self.retries.sync.next().max(pause);
        if matches!(self.feed, Feed::Checking { .. }) {
            self.end_check(now);
            self.timers
                .set(Timer::Check, at.max(now.instant + CHECK_SOON));
        } else {
            self.timers.set(Timer::Sync, at);
        }
    }

    /// A comparison under way has failed: life goes on as before it.
    fn end_check(&mut self, now: Now) {
        if matches!(self.feed, Feed::Checking { .. }) {
            self.lose_patience(now);
        }
    }

    fn on_rows(&mut self, now: Now, asked: u64, body: &str) {
        let Ok(answer) = serde_json::from_str::<Answer<'_>>(body) else {
            self.unread += 1;
            self.sync_later(now, None);
            return;
        };
        self.take_rows(&answer, asked);
        let compared = self.compare(&answer.digests, asked);
        self.cursor = Some(answer.cursor);
        self.scope = answer.scope;
        self.on_loaded(now, answer.complete);
        self.retries.sync.reset();
        self.retries.refresh.reset();
        let (kept, again) = match std::mem::replace(&mut self.feed, Feed::Synced) {
            Feed::CatchingUp { kept, again, .. } => (kept, again),
            Feed::Checking { kept, .. } => (kept, false),
            Feed::Replaying(kept) => (kept, false),
            Feed::Down | Feed::Synced => (Kept::default(), false),
        };
        match compared {
            Compared::Differ(tables) => {
                self.proof.differing = tables;
                self.proof.mends += 1;
                if self.proof.mends <= MENDS_AT_ONCE {
                    self.ask(now, kept);
                    return;
                }
                // The next start is to begin with nothing rather than with this.
                if self.proof.mends == MENDS_AT_ONCE + 1 {
                    self.forget_rows();
                }
            }
            Compared::Equal => {
                self.proof.differing.clear();
                self.proof.mends = 0;
                self.proof.equal_at = Some(now.instant);
                self.retries.mend.reset();
            }
            Compared::Unsure => {}
        }
        self.plan_check(now);
        self.replay(now, kept);
        if again {
            self.catch_up(now);
        }
    }

    pub(super) fn take_rows(&mut self, answer: &Answer<'_>, asked: u64) {
        for index in 0..self.tables.len() {
            let (before, after) = self.tables.split_at_mut(index);
            let Some(table) = after.first_mut() else {
                return;
            };
            let name = table.name();
            let floor = answer.scope.as_ref().and_then(|scope| scope.get(name));
            let floor = floor.and_then(|floor| Timestamp::parse(floor.as_str()?).ok());
            table.set_floor(floor, answer.complete);
            let rows = answer.rows.get(name).map_or(&[][..], Vec::as_slice);
            self.unread += table.load(rows, asked) as u64;
            if answer.complete || answer.whole.contains(&name) {
                table.drop_unseen(&Held(before), answer.complete, asked);
            }
        }
        for tombstone in &answer.tombstones {
            if let Some(table) = self.table_named(tombstone.table) {
                self.tables[table].bury_named(tombstone.key, tombstone.rev);
            }
        }
    }

    /// Compares before kept changes are applied: our rows are those of the snapshot, except for what
    /// REST has confirmed after it was asked for.
    fn compare(&self, digests: &BTreeMap<&str, Digest>, asked: u64) -> Compared {
        let mut differing = Vec::new();
        let mut unsure = false;
        for (index, table) in self.tables.iter().enumerate() {
            let Some(theirs) = digests.get(table.name()) else {
                continue;
            };
            if table.digest(&Held(&self.tables[..index])) == *theirs {
                continue;
            }
            // Rows that come with those of a changed table are not to be judged either.
            unsure |= self.tables[..=index]
                .iter()
                .any(|table| table.rest() > asked);
            differing.push(table.name());
        }
        match (unsure, differing.is_empty()) {
            (_, true) => Compared::Equal,
            (true, false) => Compared::Unsure,
            (false, false) => Compared::Differ(differing),
        }
    }

    /// When to compare next.
    pub(super) fn plan_check(&mut self, now: Now) {
        let proof = &self.proof;
        let wait = if !proof.differing.is_empty() {
            MEND_PAUSE + self.retries.mend.next()
        } else if proof.equal_at == Some(now.instant) {
            CHECK + self.retries.mend.jitter(CHECK / 2)
        } else {
            CHECK_SOON
        };
        self.timers.set(Timer::Check, now.instant + wait);
    }

    /// Whether digests were equal no longer ago than `span`.
    pub(super) fn was_equal_within(&self, now: Now, span: Duration) -> bool {
        let at = self.proof.equal_at;
        at.is_some_and(|at| now.instant.since(at) <= span)
    }
}
