//! Whether a column can be chosen, or compared as a filter asks.

use std::{error::Error as _, io};

use deadpool_postgres::Client;
use tokio_postgres::types::Type;

use crate::{
    error::DbError,
    realtime::{
        filter::{Condition, Op},
        sql::literal,
    },
};

/// Longest list that `in` takes.
const IN_LIMIT: usize = 100;

/// A column that a role may read.
struct Column {
    /// The type as SQL can cast to it.
    cast: String,
    /// The type as PostgreSQL's messages name it.
    type_name: String,
    /// Whether the type is boolean.
    boolean: bool,
    /// Whether the type has `~~`, `~` and `~*`, in this order.
    patterns: [bool; 3],
}

/// Why a column does not do, as PostgreSQL would say it, or that it cannot be asked.
pub enum Misfit {
    /// What the exception says.
    Exception(String),
    /// The database is away.
    Away(DbError),
}

impl From<tokio_postgres::Error> for Misfit {
    fn from(error: tokio_postgres::Error) -> Self {
        // What cannot be sent never can.
        let source = error
            .source()
            .and_then(|source| source.downcast_ref::<io::Error>());
        if source.is_some_and(|source| source.kind() == io::ErrorKind::InvalidInput) {
            return Self::Exception(format!("ERROR 22021 (character_not_in_repertoire) {error}"));
        }
        let error = DbError::from(error);
        // A value that takes so long is not tried again and again.
        if error.is_passing() && error.code != "57014" {
            return Self::Away(error);
        }
        let name = match error.code.as_str() {
            "22P02" => "invalid_text_representation",
            "22003" => "numeric_value_out_of_range",
            "22007" => "invalid_datetime_format",
            "22008" => "datetime_field_overflow",
            "42704" => "undefined_object",
            "P0001" => "raise_exception",
            // PostgreSQL has hundreds of names; the code says it, too.
            _ => return Self::Exception(format!("ERROR {} {}", error.code, error.message)),
        };
        Self::Exception(format!("ERROR {} ({name}) {}", error.code, error.message))
    }
}

/// An exception that Realtime's own check of subscriptions raises.
fn raised<T>(message: String) -> Result<T, Misfit> {
    Err(Misfit::Exception(format!(
        "ERROR P0001 (raise_exception) {message}"
    )))
}

/// Whether a regular expression may have a back-reference; an octal escape that looks like one counts, too.
fn refers_back(pattern: &str) -> bool {
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter == '\\' && matches!(letters.next(), Some('1'..='9')) {
            return true;
        }
    }
    false
}

/// Checks a column that is to be chosen.
pub async fn choose(
    client: &Client,
    table: (&str, &str),
    role: &str,
    name: &str,
) -> Result<(), Misfit> {
    match read(client, table, role, name).await? {
        Some(_) => Ok(()),
        None => raised(format!("invalid column for select {name}")),
    }
}

/// Checks a condition of a filter.
pub async fn compare(
    client: &Client,
    table: (&str, &str),
    role: &str,
    condition: &Condition,
) -> Result<(), Misfit> {
    let Some(column) = read(client, table, role, &condition.column).await? else {
        return raised(format!("invalid column for filter {}", condition.column));
    };
    let (op, text) = (condition.op.name(), condition.text.as_str());
    let fits = |has: bool| {
        if has {
            return Ok(());
        }
        raised(format!(
            "operator {op} requires a text-compatible column type, got {}",
            column.type_name
        ))
    };
    match condition.op {
        Op::Is if !matches!(text, "null" | "true" | "false" | "unknown") => {
            raised("invalid value for is filter: must be null, true, false, or unknown".to_owned())
        }
        Op::Is if text != "null" && !column.boolean => raised(format!(
            "is {text} filter requires a boolean column, got {}",
            column.type_name
        )),
        Op::Is => Ok(()),
        Op::Like | Op::Ilike => fits(column.patterns[0]),
        Op::Match | Op::Imatch => {
            fits(column.patterns[if condition.op == Op::Match { 1 } else { 2 }])?;
            let tried = client
                .simple_query(&format!("select '' ~ {}", literal(text)))
                .await;
            match tried {
                Ok(_) if refers_back(text) => raised(format!(
                    "operator {op} takes no back-references such as \\1: matching them can take for ever"
                )),
                Ok(_) => Ok(()),
                Err(error) => match error.as_db_error() {
                    Some(told) if told.code().code().starts_with("22") => raised(format!(
                        "invalid regular expression for {op} filter: {}",
                        told.message()
                    )),
                    Some(_) | None => Err(error.into()),
                },
            }
        }
        Op::In if condition.values.len() > IN_LIMIT => raised(format!(
            "too many values for `in` filter. Maximum {IN_LIMIT}"
        )),
        Op::Eq | Op::Neq | Op::Lt | Op::Lte | Op::Gt | Op::Gte | Op::In | Op::IsDistinct => {
            if condition.values.is_empty() {
                return Ok(());
            }
            let casts = condition.values.iter();
            let casts: Vec<_> = casts
                .map(|value| format!("{}::{}", literal(value), column.cast))
                .collect();
            client
                .simple_query(&format!("select {}", casts.join(", ")))
                .await?;
            Ok(())
        }
    }
}

/// The column, if there is one that the role may read.
async fn read(
    client: &Client,
    (schema, table): (&str, &str),
    role: &str,
    name: &str,
) -> Result<Option<Column>, Misfit> {
    let rows = client
        .query_typed(
            "select quote_ident(tn.nspname) || '.' || quote_ident(t.typname), format_type(t.oid, null),
               t.oid = 'bool'::regtype,
               exists (select from pg_operator where oprname = '~~' and oprleft = t.oid),
               exists (select from pg_operator where oprname = '~' and oprleft = t.oid and oprright = t.oid
                 and oprresult = 'bool'::regtype),
               exists (select from pg_operator where oprname = '~*' and oprleft = t.oid and oprright = t.oid
                 and oprresult = 'bool'::regtype)
             from pg_attribute a
             join pg_class c on c.oid = a.attrelid
             join pg_namespace n on n.oid = c.relnamespace
             join pg_type t on t.oid = a.atttypid
             join pg_namespace tn on tn.oid = t.typnamespace
             where n.nspname = $1::text and c.relname = $2::text and a.attname = $3::text
               and a.attnum > 0 and not a.attisdropped
               and has_column_privilege($4::text, c.oid, a.attnum, 'select')",
            &[
                (&schema, Type::TEXT),
                (&table, Type::TEXT),
                (&name, Type::TEXT),
                (&role, Type::TEXT),
            ],
        )
        .await?;
    Ok(rows.first().map(|row| Column {
        cast: row.get(0),
        type_name: row.get(1),
        boolean: row.get(2),
        patterns: [row.get(3), row.get(4), row.get(5)],
    }))
}
