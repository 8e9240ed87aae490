//! One connection, and the statements it has prepared.

use std::collections::HashMap;

use futures_util::future::join_all;
use postrust_core::{db::DbError, error::DatabaseError};
use postrust_sql::SqlParam;
use tokio_postgres::{
    Client, NoTls, Row, Statement,
    types::{ToSql, Type},
};

use super::{
    guard,
    line::Line,
    value::{Bound, type_of},
};

/// So many shapes of statements are remembered; requests that are all different must not fill the memory.
const REMEMBERED: usize = 500;

pub(super) struct Connection {
    client: Client,
    line: Line,
    known: HashMap<(String, Vec<u32>), Known>,
}

/// What is known of a statement: one that comes again is prepared.
enum Known {
    Seen,
    Prepared(Statement),
}

/// One thing to say to PostgreSQL.
pub(super) enum Step<'a> {
    /// A command without values or rows.
    Command(&'static str),
    /// A statement with its values.
    Statement(&'a str, &'a [SqlParam]),
}

impl Connection {
    pub(super) async fn open(config: &tokio_postgres::Config) -> Result<Self, DbError> {
        let (client, connection) = config
            .connect(NoTls)
            .await
            .map_err(|error| DbError::connection(error.to_string()))?;
        Ok(Self {
            client,
            line: Line::new(connection),
            known: HashMap::new(),
        })
    }

    /// Whether it was closed when something was last said.
    pub(super) fn is_closed(&self) -> bool {
        self.line.is_closed()
    }

    /// Whether it is closed by now.
    pub(super) async fn has_closed(&mut self) -> bool {
        self.line.listen().await;
        self.line.is_closed()
    }

    /// Ends whatever runs, and the transaction with it.
    pub(super) async fn abandon(&mut self, running: bool) {
        if running {
            // If it cannot be cancelled, it ends by the role's timeout.
            let _ = self.client.cancel_token().cancel_query(NoTls).await;
        }
        let undone = self.client.batch_execute("rollback");
        // On a connection that is gone there is nothing to undo.
        let _ = self.line.carry(undone).await;
    }

    /// Says all of it at once and reads all answers: the rows of each step, or why it failed.
    pub(super) async fn say(&mut self, steps: &[Step<'_>]) -> Vec<Result<Vec<Row>, DbError>> {
        let keys: Vec<_> = steps.iter().map(Step::key).collect();
        let ways: Vec<Way> = keys.iter().map(|key| self.way(key.as_ref())).collect();
        let client = &self.client;
        let said = steps
            .iter()
            .zip(ways)
            .map(|(step, way)| step.say(client, way));
        let said = self.line.carry(join_all(said)).await;
        keys.into_iter()
            .zip(said)
            .map(|(key, answer)| {
                let (rows, prepared) = answer.map_err(|error| failure(&error))?;
                if let Some(key) = key {
                    self.remember(key, prepared);
                }
                Ok(rows)
            })
            .collect()
    }

    fn way(&self, key: Option<&(String, Vec<u32>)>) -> Way {
        match key.and_then(|key| self.known.get(key)) {
            Some(Known::Prepared(statement)) => Way::Prepared(statement.clone()),
            Some(Known::Seen) => Way::Again,
            None => Way::First,
        }
    }

    fn remember(&mut self, key: (String, Vec<u32>), prepared: Option<Statement>) {
        if self.known.len() >= REMEMBERED && !self.known.contains_key(&key) {
            self.known.clear();
        }
        match prepared {
            Some(statement) => {
                self.known.insert(key, Known::Prepared(statement));
            }
            None => {
                self.known.entry(key).or_insert(Known::Seen);
            }
        }
    }
}

/// How a statement is said.
enum Way {
    First,
    Again,
    Prepared(Statement),
}

impl Step<'_> {
    /// Why this is not to be said, if it is not.
    pub(super) fn refusal(&self) -> Option<DbError> {
        match self {
            Self::Command(_) => None,
            Self::Statement(sql, _) => guard::refusal(sql),
        }
    }

    fn key(&self) -> Option<(String, Vec<u32>)> {
        match self {
            Self::Command(_) => None,
            Self::Statement(sql, params) => Some((
                (*sql).to_owned(),
                params.iter().map(|param| type_of(param).oid()).collect(),
            )),
        }
    }

    async fn say(
        &self,
        client: &Client,
        way: Way,
    ) -> Result<(Vec<Row>, Option<Statement>), tokio_postgres::Error> {
        let (sql, params) = match self {
            Self::Command(command) => {
                client.batch_execute(command).await?;
                return Ok((Vec::new(), None));
            }
            Self::Statement(sql, params) => (*sql, *params),
        };
        let bound: Vec<Bound<'_>> = params.iter().map(Bound).collect();
        match way {
            Way::First => Ok((typed(client, sql, params, &bound).await?, None)),
            Way::Again => {
                let types: Vec<Type> = params.iter().map(type_of).collect();
                // Both go out together; what the one refuses the other refuses, too.
                let (statement, rows) = futures_util::future::join(
                    client.prepare_typed(sql, &types),
                    typed(client, sql, params, &bound),
                )
                .await;
                let statement = statement?;
                Ok((rows?, Some(statement)))
            }
            Way::Prepared(statement) => {
                let bound: Vec<&(dyn ToSql + Sync)> = bound
                    .iter()
                    .map(|param| param as &(dyn ToSql + Sync))
                    .collect();
                Ok((client.query(&statement, &bound).await?, None))
            }
        }
    }
}

async fn typed(
    client: &Client,
    sql: &str,
    params: &[SqlParam],
    bound: &[Bound<'_>],
) -> Result<Vec<Row>, tokio_postgres::Error> {
    let typed: Vec<(&(dyn ToSql + Sync), Type)> = bound
        .iter()
        .zip(params)
        .map(|(bound, param)| (bound as &(dyn ToSql + Sync), type_of(param)))
        .collect();
    client.query_typed(sql, &typed).await
}

fn failure(error: &tokio_postgres::Error) -> DbError {
    let Some(database) = error.as_db_error() else {
        return if error.is_closed()
            || std::error::Error::source(error).is_some_and(|cause| cause.is::<std::io::Error>())
        {
            DbError::connection(error.to_string())
        } else {
            DbError::other(error.to_string())
        };
    };
    DbError::database(
        database.message(),
        DatabaseError {
            code: database.code().code().to_owned(),
            message: database.message().to_owned(),
            details: database.detail().map(str::to_owned),
            hint: database.hint().map(str::to_owned),
            constraint: database.constraint().map(str::to_owned),
            table: database.table().map(str::to_owned),
            column: None,
        },
    )
}

/// The answers to two statements.
pub(super) fn both(answers: Vec<Result<Vec<Row>, DbError>>) -> [Result<Vec<Row>, DbError>; 2] {
    let mut answers = answers.into_iter();
    [(); 2].map(|()| answers.next().unwrap_or(Ok(Vec::new())))
}
