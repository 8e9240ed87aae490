//! The answers to a flight: several statements that end with one `Sync`.
//!
//! PostgreSQL answers all of them at once. After a failure it passes over the rest.

use postgres_protocol::message::backend::{ErrorFields, Message};
use postrust_core::{db::DbError, error::DatabaseError};
use tokio_postgres::{fallible_iterator::FallibleIterator, types::Type};

use super::{
    statements::{Asked, Columns},
    value::Row,
};

/// What PostgreSQL says of a connection on which no transaction is open.
const IDLE: u8 = b'I';

/// What came of a flight.
pub(super) struct Landed {
    /// The rows of each step, or why it failed.
    pub(super) answers: Vec<Result<Vec<Row>, DbError>>,
    /// Why the end of the flight failed, with which PostgreSQL commits what no other command has begun.
    pub(super) end: Result<(), DbError>,
    /// Whether a transaction is still open.
    pub(super) open: bool,
}

impl Landed {
    /// What comes of a flight of `many` steps that was never said.
    pub(super) fn unsaid(failure: DbError, many: usize) -> Self {
        let mut answers = vec![Err(failure)];
        answers.resize_with(many, passed_over);
        Self {
            answers,
            end: Ok(()),
            open: false,
        }
    }

    /// Why something of it failed.
    pub(super) fn failures(&self) -> impl Iterator<Item = &DbError> {
        let failed = self
            .answers
            .iter()
            .filter_map(|answer| answer.as_ref().err());
        failed.chain(self.end.as_ref().err())
    }
}

fn passed_over() -> Result<Vec<Row>, DbError> {
    Err(DbError::other("an earlier statement failed"))
}

/// The answers so far.
pub(super) struct Flight {
    asked: Vec<Asked>,
    columns: Vec<Option<Columns>>,
    rows: Vec<Row>,
    landed: Landed,
}

impl Flight {
    pub(super) fn new(asked: Vec<Asked>) -> Self {
        let many = asked.len();
        Self {
            columns: asked.iter().map(|asked| asked.columns.clone()).collect(),
            asked,
            rows: Vec::new(),
            landed: Landed {
                answers: Vec::with_capacity(many),
                end: Ok(()),
                open: false,
            },
        }
    }

    /// Heeds a message; whether it was the last one.
    pub(super) fn heed(&mut self, message: Message) -> Result<bool, DbError> {
        let at = self.landed.answers.len();
        match message {
            Message::RowDescription(body) => {
                let types = body.fields().map(|field| Ok(kind(field.type_oid())));
                self.told(at, types.collect::<Vec<_>>().map_err(garbled)?);
            }
            Message::NoData => self.told(at, Vec::new()),
            Message::DataRow(body) => {
                let Some(Some(columns)) = self.columns.get(at) else {
                    return Err(unexpected());
                };
                let ranges = body.ranges().collect().map_err(garbled)?;
                let row = Row::new(columns.clone(), body.buffer_bytes().clone(), ranges);
                self.rows.push(row);
            }
            Message::CommandComplete(_) | Message::EmptyQueryResponse => {
                let rows = std::mem::take(&mut self.rows);
                self.landed.answers.push(Ok(rows));
            }
            Message::ErrorResponse(body) => self.fail(failure(body.fields())),
            Message::ReadyForQuery(body) => {
                self.landed.open = body.status() != IDLE;
                return Ok(true);
            }
            Message::ParseComplete
            | Message::BindComplete
            | Message::NoticeResponse(_)
            | Message::NotificationResponse(_)
            | Message::ParameterStatus(_) => {}
            _ => return Err(unexpected()),
        }
        Ok(false)
    }

    fn told(&mut self, at: usize, types: Vec<Type>) {
        if let Some(columns) = self.columns.get_mut(at) {
            *columns = Some(types.into());
        }
    }

    /// Takes note of a failure, of the step that waits for its answer or of the end.
    pub(super) fn fail(&mut self, failure: DbError) {
        self.rows.clear();
        if self.landed.answers.len() < self.asked.len() && self.is_well() {
            self.landed.answers.push(Err(failure));
        } else if self.landed.end.is_ok() {
            self.landed.end = Err(failure);
        }
    }

    fn is_well(&self) -> bool {
        self.landed.answers.last().is_none_or(Result::is_ok)
    }

    /// What was said for each step, and the columns PostgreSQL told of; and what came of all.
    pub(super) fn land(mut self) -> (Vec<(Asked, Option<Columns>)>, Landed) {
        self.landed
            .answers
            .resize_with(self.asked.len(), passed_over);
        (
            self.asked.into_iter().zip(self.columns).collect(),
            self.landed,
        )
    }
}

/// A type that is none of PostgreSQL's own is read as text.
fn kind(oid: u32) -> Type {
    Type::from_oid(oid).unwrap_or(Type::UNKNOWN)
}

fn garbled(error: std::io::Error) -> DbError {
    DbError::connection(error.to_string())
}

fn unexpected() -> DbError {
    DbError::connection("PostgreSQL said something unexpected")
}

fn failure(fields: ErrorFields<'_>) -> DbError {
    let mut error = DatabaseError {
        code: String::new(),
        message: String::new(),
        details: None,
        hint: None,
        constraint: None,
        table: None,
        column: None,
    };
    let told = fields.for_each(|field| {
        let said = String::from_utf8_lossy(field.value_bytes()).into_owned();
        match field.type_() {
            b'C' => error.code = said,
            b'M' => error.message = said,
            b'D' => error.details = Some(said),
            b'H' => error.hint = Some(said),
            b'n' => error.constraint = Some(said),
            b't' => error.table = Some(said),
            _ => {}
        }
        Ok(())
    });
    match told {
        Ok(()) => DbError::database(error.message.clone(), error),
        Err(garble) => garbled(garble),
    }
}
