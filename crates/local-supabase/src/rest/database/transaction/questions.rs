//! What the engine asks of a transaction.

use postrust_core::db::{DbError, FetchedThen, RawRows, Tx};
use postrust_sql::SqlParam;
use serde_json::Value;

use super::{
    super::{
        json, settings,
        statements::Step,
        value::{self, Row},
    },
    READ_ONLY, State, Transaction,
};

/// How the engine begins to ask for a count.
const COUNT: &str = "SELECT count(*) FROM (";

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
        let Some(row) = rows.first() else {
            return Ok(RawRows::new(0, None, None));
        };
        let first = row.text(0)?.map(|text| text.as_bytes().to_vec());
        Ok(RawRows::new(rows.len(), first, row.number(1)?))
    }

    async fn commit(mut self) -> Result<(), DbError> {
        if self.state == State::Over {
            return Ok(());
        }
        self.say(Vec::new(), true).await.map(|_| ())
    }

    fn queue(&mut self, sql: &str, params: &[SqlParam]) {
        if sql == READ_ONLY {
            (self.reading, self.read_only) = (true, true);
            return;
        }
        if settings::are_set_by(sql) {
            // Told with the settings, it needs no statement of its own.
            let (sql, params) = settings::needed(params, std::mem::take(&mut self.read_only));
            let params = params.map(|param| self.course.as_sent(&param)).collect();
            self.queued.push((sql, params));
        } else {
            let params = params
                .iter()
                .map(|param| self.course.as_sent(param))
                .collect();
            self.queued.push((sql.to_owned().into(), params));
        }
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
            rows.retain(|row| !matches!(row.text(0), Ok(None)));
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

/// The answers to two statements.
fn both(answers: Vec<Result<Vec<Row>, DbError>>) -> [Result<Vec<Row>, DbError>; 2] {
    let mut answers = answers.into_iter();
    [(); 2].map(|()| answers.next().unwrap_or(Ok(Vec::new())))
}
