//! A request's transaction, said to PostgreSQL in as few flights as its answer allows: nearly always one.
//!
//! The engine asks for one thing after another; what does not depend on an earlier answer is sent ahead with it:
//! the settings before the statement, the count of all rows beside a page of them, and the commit of whatever
//! cannot be refused any more once the statement has succeeded.

mod questions;

use std::borrow::Cow;

use postrust_core::db::DbError;
use postrust_sql::SqlParam;
use serde_json::Value;

use super::{
    Course, Loan,
    flight::Landed,
    statements::Step,
    value::{self, Row},
};

const READ_ONLY: &str = "SET TRANSACTION READ ONLY";
const ROLLBACK: &str = "rollback";

pub struct Transaction {
    loan: Option<Loan>,
    course: Course,
    state: State,
    queued: Vec<(Cow<'static, str>, Vec<SqlParam>)>,
    /// Whether it only reads, and whether PostgreSQL has yet to be told.
    reading: bool,
    read_only: bool,
    /// The number of all rows, when it came with the page.
    total: Option<Value>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Nothing was said yet.
    New,
    /// Begun, and waiting for what comes next.
    Open,
    /// Something is under way.
    Running,
    /// Committed, or rolled back by a failure.
    Over,
}

impl Transaction {
    pub(super) fn new(loan: Loan) -> Self {
        Self {
            loan: Some(loan),
            course: Course::current(),
            state: State::New,
            queued: Vec::new(),
            reading: false,
            read_only: false,
            total: None,
        }
    }

    /// Says what was queued, then `steps`, then possibly the commit; what each of `steps` yielded.
    async fn say(
        &mut self,
        steps: Vec<Step<'_>>,
        commit: bool,
    ) -> Result<Vec<Result<Vec<Row>, DbError>>, DbError> {
        if let Some(refusal) = steps.iter().find_map(Step::refusal) {
            return Err(refusal);
        }
        let amended = steps.iter().map(|step| step.amended(&self.course));
        let amended: Vec<_> = amended.collect();
        let queued = std::mem::take(&mut self.queued);
        let mut all = Vec::with_capacity(queued.len() + steps.len() + 3);
        let begun = self.begin(commit);
        all.extend(begun.map(Step::Command));
        if std::mem::take(&mut self.read_only) {
            all.push(Step::Command(READ_ONLY));
        }
        let settings = queued.iter();
        all.extend(settings.map(|(sql, params)| Step::Statement(sql, params)));
        let ahead = all.len();
        let many = steps.len();
        all.extend(steps.into_iter().zip(&amended).map(|(step, amended)| {
            let amended = amended.as_ref();
            amended.map_or(step, |(sql, params)| Step::Statement(sql, params))
        }));
        // What was not begun ends by itself.
        if commit && (begun.is_some() || self.state != State::New) {
            all.push(Step::Command("commit"));
        }
        let Some(loan) = &mut self.loan else {
            return Err(DbError::other("the transaction is over"));
        };
        self.state = State::Running;
        let Landed { answers, end, .. } = loan.connection.say(&all).await;
        if commit && loan.connection.is_open() {
            // The commit was passed over, as all that follows a failure.
            loan.connection.say(&[Step::Command(ROLLBACK)]).await;
        }
        self.state = if commit { State::Over } else { State::Open };
        if commit && let Some(loan) = self.loan.take() {
            loan.give_back();
        }
        let mut answers = answers.into_iter();
        for answer in answers.by_ref().take(ahead) {
            answer.map_err(DbError::queued)?;
        }
        let rows: Vec<_> = answers.by_ref().take(many).collect();
        // A commit can only fail by itself: what failed before it made it a rollback.
        if rows.iter().all(Result::is_ok) {
            answers.next().transpose()?;
            end?;
        }
        Ok(rows)
    }

    /// How the transaction begins, if that has to be said: what is said all at once and committed is one anyway.
    fn begin(&self, commit: bool) -> Option<&'static str> {
        if self.state != State::New {
            None
        } else if self.reading && self.course.counted {
            // The page and the count beside it see the same rows.
            Some("begin isolation level repeatable read")
        } else if commit {
            None
        } else {
            Some("begin")
        }
    }

    /// What one statement yields.
    async fn ask(
        &mut self,
        sql: &str,
        params: &[SqlParam],
        commit: bool,
    ) -> Result<Vec<Row>, DbError> {
        let step = Step::Statement(sql, params);
        let answers = self.say(vec![step], commit).await?;
        answers.into_iter().next().unwrap_or(Ok(Vec::new()))
    }

    fn read(&self, rows: &[Row]) -> Result<Vec<Value>, DbError> {
        self.course.note_rows(rows.len());
        rows.iter().map(value::parsed).collect()
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let Some(mut loan) = self.loan.take() else {
            return;
        };
        if self.state == State::New {
            loan.give_back();
            return;
        }
        // Nobody waits for the answer any more.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        if self.state == State::Running {
            // A cancellation that PostgreSQL heeds late must not end what somebody else asked for by then.
            runtime.spawn(loan.give_up());
        } else {
            runtime.spawn(async move {
                loan.connection.say(&[Step::Command(ROLLBACK)]).await;
                loan.give_back();
            });
        }
    }
}
