//! A request's transaction, said to PostgreSQL in as few flights as its answer allows: nearly always one.
//!
//! The engine asks for one thing after another; what does not depend on an earlier answer is sent ahead with it:
//! the settings before the statement, the count of all rows beside a page of them, and the commit of whatever
//! cannot be refused any more once the statement has succeeded.

use postrust_core::db::{DbError, FetchedThen, RawRows, Tx};
use postrust_sql::SqlParam;
use serde_json::Value;
use tokio_postgres::Row;

use super::{
    Course, Loan,
    connection::{Step, both},
    json, settings, value,
};

/// How the engine begins to ask for a count.
const COUNT: &str = "SELECT count(*) FROM (";
const READ_ONLY: &str = "SET TRANSACTION READ ONLY";

pub struct Transaction {
    loan: Option<Loan>,
    course: Course,
    state: State,
    queued: Vec<(String, Vec<SqlParam>)>,
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
        let queued = std::mem::take(&mut self.queued);
        let read_only = queued.iter().any(|(sql, _)| sql == READ_ONLY);
        let mut all = Vec::with_capacity(queued.len() + steps.len() + 2);
        if self.state == State::New {
            all.push(Step::Command(match (read_only, self.course.counted) {
                // The page and the count beside it see the same rows.
                (true, true) => "begin isolation level repeatable read, read only",
                (true, false) => "begin read only",
                (false, _) => "begin",
            }));
        }
        let settings = queued.iter().filter(|(sql, _)| sql != READ_ONLY);
        all.extend(settings.map(|(sql, params)| Step::Statement(sql, params)));
        let ahead = all.len();
        let many = steps.len();
        all.extend(steps);
        if commit {
            all.push(Step::Command("commit"));
        }
        let Some(loan) = &mut self.loan else {
            return Err(DbError::other("the transaction is over"));
        };
        self.state = State::Running;
        let said = loan.connection.say(&all).await;
        // After a failure the commit that followed was a rollback.
        self.state = if commit { State::Over } else { State::Open };
        if commit && let Some(loan) = self.loan.take() {
            loan.give_back();
        }
        let mut answers = said.into_iter();
        for answer in answers.by_ref().take(ahead) {
            answer.map_err(DbError::queued)?;
        }
        let rows: Vec<_> = answers.by_ref().take(many).collect();
        // A commit can only fail by itself: what failed before it made it a rollback, which succeeds.
        let committed = answers.next().unwrap_or(Ok(Vec::new()));
        if rows.iter().all(Result::is_ok) {
            committed?;
        }
        Ok(rows)
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

impl Tx for Transaction {
    async fn execute(&mut self, sql: &str, params: &[SqlParam]) -> Result<u64, DbError> {
        Ok(self.ask(sql, params, false).await?.len() as u64)
    }

    async fn fetch_json(&mut self, sql: &str, params: &[SqlParam]) -> Result<Vec<Value>, DbError> {
        let count = if self.course.counted {
            json::count(sql)
        } else {
            None
        };
        let sql = json::rows(sql);
        let Some(count) = count else {
            let rows = self.ask(&sql, params, false).await?;
            return self.read(&rows);
        };
        let steps = vec![
            Step::Statement(&sql, params),
            Step::Statement(&count, params),
        ];
        let [rows, counted] = both(self.say(steps, true).await?);
        let rows = rows?;
        let total = counted?.first().map(value::columns).unwrap_or_default();
        self.total = total.into_iter().next();
        self.read(&rows)
    }

    async fn fetch_values(
        &mut self,
        sql: &str,
        params: &[SqlParam],
    ) -> Result<Vec<Vec<Value>>, DbError> {
        if sql.starts_with(COUNT)
            && let Some(total) = &self.total
        {
            return Ok(vec![vec![total.clone()]]);
        }
        let rows = self.ask(sql, params, false).await?;
        Ok(rows.iter().map(value::columns).collect())
    }

    async fn fetch_raw(
        &mut self,
        sql: &str,
        params: &[SqlParam],
        count_column: &str,
    ) -> Result<RawRows, DbError> {
        let sql = json::first_as_text(sql, count_column);
        let rows = self.ask(&sql, params, false).await?;
        let unreadable = |error: tokio_postgres::Error| DbError::other(error.to_string());
        let Some(row) = rows.first() else {
            return Ok(RawRows::new(0, None, None));
        };
        let first: Option<String> = row.try_get(0).map_err(unreadable)?;
        let count: Option<i64> = row.try_get(1).map_err(unreadable)?;
        let first = first.map(String::into_bytes);
        Ok(RawRows::new(rows.len(), first, count))
    }

    async fn commit(mut self) -> Result<(), DbError> {
        if self.state == State::Over {
            return Ok(());
        }
        self.say(Vec::new(), true).await.map(|_| ())
    }

    fn queue(&mut self, sql: &str, params: &[SqlParam]) {
        self.queued
            .push(settings::needed(sql, self.course.as_sent(params)));
    }

    async fn fetch_json_then(&mut self, sql: &str, params: &[SqlParam], then: &str) -> FetchedThen {
        let counted = self.course.counted;
        let sql = if counted {
            json::counted_rows(sql)
        } else {
            json::rows(sql)
        };
        let then = settings::checked(then);
        let steps = vec![Step::Statement(&sql, params), Step::Statement(then, &[])];
        let said = self.say(steps, !self.course.may_be_refused).await?;
        let [rows, then] = both(said);
        let mut rows = rows?;
        if counted {
            self.total = rows.first().and_then(|row| value::columns(row).pop());
            rows.retain(|row| !matches!(row.try_get::<_, Option<&str>>(0), Ok(None)));
        }
        let rows = self.read(&rows)?;
        let then = match then {
            Ok(rows) => rows.iter().map(value::columns).collect(),
            Err(failure) => vec![settings::malformed(failure)?],
        };
        Ok((rows, then))
    }

    async fn fetch_json_and_commit(
        mut self,
        sql: &str,
        params: &[SqlParam],
    ) -> Result<Vec<Value>, DbError> {
        let rows = self.ask(&json::rows(sql), params, true).await?;
        self.read(&rows)
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
        let running = self.state == State::Running;
        // Nobody waits for the answer any more; the connection is lent again once the transaction is undone.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                loan.connection.abandon(running).await;
                // A cancellation that PostgreSQL heeds late must not end what somebody else asked for by then.
                if !running {
                    loan.give_back();
                }
            });
        }
    }
}
