//! Rows that outlive the app: kept as an answer of `sync` that was true once, and taken in at the next start.
//!
//! What is kept holds every row in scope and the cursor up to which the server has told us everything, so
//! taking it in is as if the app had slept since: the first request asks for what was missed, and the digests
//! of its answer say whether anything is wrong with what was kept.

use std::{mem, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wire::Timestamp;

use super::{Engine, Feed, Link, answer::Answer};
use crate::{
    Digest, Now, Output,
    table::scope::{Held, KEPT},
    timers::Timer,
};

/// The form that is written; any other is not read.
const VERSION: u32 = 1;
/// Rows are kept this long after they were loaded, and then so often, if they have changed.
const SOON: Duration = Duration::from_secs(3);
const AGAIN: Duration = Duration::from_secs(60);
/// What was kept is shown when the server has not answered within this time.
const PATIENCE: Duration = Duration::from_millis(700);
/// What is kept is written anew after this time, only to say that it was still so.
const STILL_SO_MILLIS: i64 = 15 * 60 * 1000;
/// The floors of the scope stay as long as the cursor is used; after this time all is asked for anew.
const FRESH_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// What is written before the answer itself.
#[derive(Serialize, Deserialize)]
struct Head<'a> {
    v: u32,
    /// Whose rows they are.
    user: &'a str,
    /// Which app has kept them: another one may know more columns.
    app: &'a str,
    /// When they were last known to be those of the server.
    at: Timestamp,
    /// When the server last told all of them.
    whole_at: Timestamp,
    #[serde(borrow)]
    tables: Vec<&'a str>,
}

/// How far the rows that are held are kept.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    /// Since when they are as they are, until the server answers.
    as_of: Option<Timestamp>,
    /// Whether people see them, although the server has not answered yet.
    shown: bool,
    /// When the server last told all rows.
    whole_at: Option<Timestamp>,
    /// What was kept last, and when.
    kept: Option<(String, Vec<Digest>)>,
    kept_at: Option<Timestamp>,
}

impl Engine {
    /// Takes in what [`Output::KeepRows`] has kept, unless the server was quicker. Says whether it could be
    /// read; if not, rows are loaded as at the first start.
    pub fn remember(&mut self, now: Now, text: &str) -> bool {
        if self.loaded {
            return true;
        }
        let (Ok(head), Ok(answer)) = (
            serde_json::from_str::<Head<'_>>(text),
            serde_json::from_str::<Answer<'_>>(text),
        ) else {
            return false;
        };
        let mut names = self.tables.iter().map(|table| table.name());
        if head.v != VERSION
            || head.app != self.app
            || head.user != self.session.user.id
            || !names.all(|name| head.tables.contains(&name))
        {
            return false;
        }
        let unread = mem::take(&mut self.unread);
        self.take_rows(&answer, KEPT);
        if mem::replace(&mut self.unread, unread) > 0 {
            // Nobody has seen them, and the first answer replaces or drops them.
            return false;
        }
        let age = now.wall.millis() - head.whole_at.millis();
        if (0..FRESH_MILLIS).contains(&age) {
            self.cursor = Some(answer.cursor);
            self.scope = answer.scope;
        }
        self.loaded = true;
        self.snapshot.whole_at = Some(head.whole_at);
        self.snapshot.as_of = Some(head.at);
        self.timers.set(Timer::Show, now.instant + PATIENCE);
        self.show_if_alone();
        true
    }

    /// Since when the rows that people see are as they are, while those are what the device has kept and
    /// nothing newer.
    #[must_use]
    pub fn as_of(&self) -> Option<Timestamp> {
        self.snapshot.as_of.filter(|_| self.snapshot.shown)
    }

    /// Whether people see rows: those of the server, or those kept when it does not answer.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.loaded && (self.snapshot.as_of.is_none() || self.snapshot.shown)
    }

    /// The server does not answer soon: what was kept is shown.
    pub(super) fn show_kept(&mut self) {
        self.snapshot.shown = true;
    }

    /// Shows what was kept when no answer can be on its way.
    pub(super) fn show_if_alone(&mut self) {
        if self.offline_since.is_some() || self.ended || self.stopped.is_some() {
            self.snapshot.shown = true;
        }
    }

    /// What was kept is of no use or of no right any more: the session has ended, or comparisons cannot mend it.
    pub(super) fn forget_rows(&mut self) {
        self.snapshot.kept = None;
        self.outputs.push_back(Output::ForgetRows);
    }

    /// The server has told all rows, or what was missed.
    pub(super) fn on_loaded(&mut self, now: Now, complete: bool) {
        self.loaded = true;
        self.snapshot.as_of = None;
        self.timers.stop(Timer::Show);
        if complete || self.snapshot.whole_at.is_none() {
            self.snapshot.whole_at = Some(now.wall);
        }
        let soon = now.instant + SOON;
        if self.timers.at(Timer::Keep).is_none_or(|at| at > soon) {
            self.timers.set(Timer::Keep, soon);
        }
    }

    /// Keeps the rows for the next start if that would tell more than what is kept, and looks again later.
    pub(super) fn keep_rows(&mut self, now: Now) {
        if self.ended {
            return;
        }
        // What came while the page stood still is still to be heard.
        let wait = if self.late { SOON } else { AGAIN };
        self.timers.set(Timer::Keep, now.instant + wait);
        if self.late {
            return;
        }
        let whole_at = self.snapshot.whole_at;
        let (Some(cursor), Some(whole_at), None) = (&self.cursor, whole_at, self.snapshot.as_of)
        else {
            return;
        };
        // Only what the server would say as well is kept, and "as of" means that it would.
        let live = matches!(self.link, Link::Streaming { .. })
            && matches!(self.feed, Feed::Synced | Feed::Checking { .. })
            && self.proof.differing.is_empty()
            && !self.is_behind()
            && !self.is_silent(now);
        if !live {
            return;
        }
        let tables = self.tables.iter().enumerate();
        let digests = tables.map(|(index, table)| table.digest(&Held(&self.tables[..index])));
        let state = Some((cursor.clone(), digests.collect()));
        let age = self
            .snapshot
            .kept_at
            .map(|at| now.wall.millis() - at.millis());
        let recent = age.is_some_and(|age| (0..STILL_SO_MILLIS).contains(&age));
        if recent && self.snapshot.kept == state {
            return;
        }
        let head = Head {
            v: VERSION,
            user: &self.session.user.id,
            app: &self.app,
            at: now.wall,
            whole_at,
            tables: self.tables.iter().map(|table| table.name()).collect(),
        };
        let rows = self.rows_in_scope();
        let text = written(&head, cursor, self.scope.as_ref(), &rows);
        self.snapshot.kept = state;
        self.snapshot.kept_at = Some(now.wall);
        self.outputs.extend(text.map(Output::KeepRows));
    }

    /// All rows that the server has in scope, as the answer of `sync` has them.
    fn rows_in_scope(&self) -> String {
        let mut text = String::from("{");
        for (index, table) in self.tables.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.extend(["\"", table.name(), "\":["]);
            table.write_rows(&Held(&self.tables[..index]), &mut text);
            text.push(']');
        }
        text.push('}');
        text
    }
}

/// Head and answer in one object.
fn written(
    head: &Head<'_>,
    cursor: &str,
    scope: Option<&Map<String, Value>>,
    rows: &str,
) -> Option<String> {
    let mut text = serde_json::to_string(head).ok()?;
    text.pop();
    let cursor = serde_json::to_string(cursor).ok()?;
    let scope = serde_json::to_string(&scope).ok()?;
    text.extend([
        ",\"cursor\":",
        &cursor,
        ",\"complete\":true,\"scope\":",
        &scope,
        ",\"rows\":",
        rows,
        ",\"tombstones\":[]}",
    ]);
    Some(text)
}
