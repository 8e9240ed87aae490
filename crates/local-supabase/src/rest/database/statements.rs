//! The statements a connection has prepared, and how the next ones are said.

use std::{collections::HashMap, sync::Arc};

use postgres_protocol::{
    IsNull,
    message::frontend::{self, BindError},
};
use postrust_core::db::DbError;
use postrust_sql::SqlParam;
use tokio_postgres::types::{self, ToSql, Type, private::BytesMut};

use super::{
    Course, guard,
    value::{Bound, type_of},
};

/// So many shapes of statements are remembered; requests that are all different must not fill the memory.
const REMEMBERED: usize = 500;
/// Values and columns are sent in PostgreSQL's binary form.
const BINARY: i16 = 1;

/// One thing to say to PostgreSQL.
pub(super) enum Step<'a> {
    /// A command without values or rows.
    Command(&'static str),
    /// A statement with its values.
    Statement(&'a str, &'a [SqlParam]),
}

impl<'a> Step<'a> {
    /// Why this is not to be said, if it is not.
    pub(super) fn refusal(&self) -> Option<DbError> {
        match self {
            Self::Command(_) => None,
            Self::Statement(sql, _) => guard::refusal(sql),
        }
    }

    /// What is said instead of a statement that does not say all of the request.
    pub(super) fn amended(&self, course: &Course) -> Option<(String, Vec<SqlParam>)> {
        match self {
            Self::Command(_) => None,
            Self::Statement(sql, params) => course.amended(sql, params),
        }
    }

    fn parts(&self) -> (&'a str, &'a [SqlParam]) {
        match self {
            Self::Command(command) => (command, &[]),
            Self::Statement(sql, params) => (sql, params),
        }
    }
}

/// What is remembered of the statements of one connection.
#[derive(Default)]
pub(super) struct Statements {
    known: HashMap<Box<str>, Vec<Known>>,
    many: usize,
    named: u64,
}

/// A statement with values of certain types: one that comes again is prepared.
struct Known {
    params: Box<[Type]>,
    prepared: Option<Prepared>,
}

#[derive(Clone)]
struct Prepared {
    name: Arc<str>,
    columns: Columns,
}

/// The types of a row's columns.
pub(super) type Columns = Arc<[Type]>;

/// What was said for one step, and is to be remembered once PostgreSQL has taken it.
pub(super) struct Asked {
    /// The columns, if they are known already.
    pub(super) columns: Option<Columns>,
    /// The name it is prepared under from now on.
    name: Option<Arc<str>>,
}

impl Statements {
    /// Whether the connection has prepared so much that a new one serves better.
    pub(super) fn is_full(&self) -> bool {
        self.named >= REMEMBERED as u64
    }

    /// Writes a step to `out`.
    pub(super) fn write(&mut self, step: &Step<'_>, out: &mut BytesMut) -> Result<Asked, DbError> {
        let (sql, params) = step.parts();
        let known = self.known(sql, params);
        if let Some(Known {
            prepared: Some(prepared),
            ..
        }) = known
        {
            let Prepared { name, columns } = prepared.clone();
            bind(&name, params, out)?;
            execute(out)?;
            return Ok(Asked {
                columns: Some(columns),
                name: None,
            });
        }
        let again = known.is_some();
        let name = again.then(|| {
            self.named += 1;
            Arc::from(format!("s{}", self.named))
        });
        let types = params.iter().map(|param| type_of(param).oid());
        let prepared = name.as_deref().unwrap_or_default();
        frontend::parse(prepared, sql, types, out).map_err(unsayable)?;
        bind(prepared, params, out)?;
        frontend::describe(b'P', "", out).map_err(unsayable)?;
        execute(out)?;
        Ok(Asked {
            columns: None,
            name,
        })
    }

    fn known(&self, sql: &str, params: &[SqlParam]) -> Option<&Known> {
        let known = self.known.get(sql)?;
        known.iter().find(|known| is_for(&known.params, params))
    }

    /// Remembers a step that PostgreSQL has taken; `columns` are those it told of.
    pub(super) fn remember(&mut self, step: &Step<'_>, asked: Asked, columns: Columns) {
        if asked.columns.is_some() {
            return;
        }
        let (sql, params) = step.parts();
        let prepared = asked.name.map(|name| Prepared { name, columns });
        let ways = self.known.get_mut(sql);
        let known =
            ways.and_then(|ways| ways.iter_mut().find(|known| is_for(&known.params, params)));
        if let Some(known) = known {
            known.prepared = prepared;
            return;
        }
        if self.many >= REMEMBERED {
            // What was prepared is worth more than what was seen once.
            self.known.retain(|_, ways| {
                ways.retain(|known| known.prepared.is_some());
                !ways.is_empty()
            });
            self.many = self.known.values().map(Vec::len).sum();
        }
        let params = params.iter().map(type_of).collect();
        self.known
            .entry(sql.into())
            .or_default()
            .push(Known { params, prepared });
        self.many += 1;
    }
}

fn is_for(types: &[Type], params: &[SqlParam]) -> bool {
    types.len() == params.len()
        && types
            .iter()
            .zip(params)
            .all(|(kind, param)| *kind == type_of(param))
}

fn bind(statement: &str, params: &[SqlParam], out: &mut BytesMut) -> Result<(), DbError> {
    let write = |param: &SqlParam, out: &mut BytesMut| {
        Bound(param)
            .to_sql(&type_of(param), out)
            .map(|null| match null {
                types::IsNull::Yes => IsNull::Yes,
                types::IsNull::No => IsNull::No,
            })
    };
    frontend::bind("", statement, [BINARY], params, write, [BINARY], out).map_err(|error| {
        match error {
            BindError::Conversion(error) => DbError::other(error.to_string()),
            BindError::Serialization(error) => unsayable(error),
        }
    })
}

fn execute(out: &mut BytesMut) -> Result<(), DbError> {
    frontend::execute("", 0, out).map_err(unsayable)
}

fn unsayable(error: std::io::Error) -> DbError {
    DbError::other(format!("the statement cannot be said: {error}"))
}
