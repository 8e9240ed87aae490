//! What a transaction has to know of its request, and the request of its transaction.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use postrust_sql::SqlParam;

use super::{super::count, Arguments};

tokio::task_local! {
    static COURSE: Course;
}

/// The course a request takes through the database.
#[derive(Clone, Default)]
pub(in crate::rest) struct Course {
    pub(super) may_be_refused: bool,
    pub(super) counted: bool,
    counts: bool,
    arguments: Option<Arc<Arguments>>,
    stand_in: Option<StandIn>,
    rows: Arc<AtomicU64>,
    busy: Arc<AtomicBool>,
}

/// A token made for the engine alone: the database sees the one that was sent in its place.
#[derive(Clone)]
pub(in crate::rest) struct StandIn {
    pub(in crate::rest) made: String,
    pub(in crate::rest) sent: String,
}

/// Why the database was not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rest) enum Trouble {
    /// It was not reached.
    Unreachable,
    /// All connections to it stayed busy.
    Busy,
}

impl Course {
    /// A course whose statement is committed only after the answer if that may be a refusal, and that counts all
    /// rows beside a page of them, or embedded ones.
    pub(in crate::rest) fn new(may_be_refused: bool, counted: bool, counts: bool) -> Self {
        Self {
            may_be_refused,
            counted,
            counts,
            ..Self::default()
        }
    }

    /// The same course for a request whose token was replaced.
    pub(in crate::rest) fn with(mut self, stand_in: Option<StandIn>) -> Self {
        self.stand_in = stand_in;
        self
    }

    /// The same course for a request that calls a function with these arguments.
    pub(in crate::rest) fn calling(mut self, arguments: Option<Arguments>) -> Self {
        self.arguments = arguments.map(Arc::new);
        self
    }

    /// What is said instead of a statement that does not say all of the request.
    pub(super) fn amended(
        &self,
        sql: &str,
        params: &[SqlParam],
    ) -> Option<(String, Vec<SqlParam>)> {
        let counting = self.counts.then(|| count::give(sql)).flatten();
        let said = counting.as_deref().unwrap_or(sql);
        let arguments = self.arguments.as_deref();
        let called = arguments.and_then(|arguments| arguments.give(said, params));
        called.or_else(|| Some((counting?, params.to_vec())))
    }

    /// A value for the database, with the token that was sent.
    pub(super) fn as_sent(&self, param: &SqlParam) -> SqlParam {
        match (&self.stand_in, param) {
            (Some(StandIn { made, sent }), SqlParam::Text(text)) => {
                SqlParam::Text(text.replace(made, sent))
            }
            (Some(_) | None, param) => param.clone(),
        }
    }

    /// Runs `request` on this course.
    pub(in crate::rest) async fn run<F: Future>(&self, request: F) -> F::Output {
        COURSE.scope(self.clone(), request).await
    }

    /// How many rows the last statement of the request yielded.
    pub(in crate::rest) fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// What kept the request from the database, given that something did.
    pub(in crate::rest) fn trouble(&self) -> Trouble {
        if self.busy.load(Ordering::Relaxed) {
            Trouble::Busy
        } else {
            Trouble::Unreachable
        }
    }

    pub(super) fn note_busy(&self) {
        self.busy.store(true, Ordering::Relaxed);
    }

    pub(super) fn note_rows(&self, rows: usize) {
        self.rows.store(rows as u64, Ordering::Relaxed);
    }

    /// The course of the request under way; without one (the schema is read), nothing special.
    pub(super) fn current() -> Self {
        COURSE.try_with(Clone::clone).unwrap_or_default()
    }
}
