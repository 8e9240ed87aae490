//! Values on their way into a statement, and out of those that are not made JSON.

use std::ops::Range;

use axum::body::Bytes;
use postrust_core::db::DbError;
use postrust_sql::SqlParam;
use serde_json::Value;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

use super::statements::Columns;

/// The type a parameter is announced with; the statement casts it to what it needs.
pub(super) fn type_of(param: &SqlParam) -> Type {
    match param {
        SqlParam::Null | SqlParam::Text(_) => Type::TEXT,
        SqlParam::Bool(_) => Type::BOOL,
        SqlParam::Int(_) => Type::INT8,
        SqlParam::Float(_) => Type::FLOAT8,
        SqlParam::Bytes(_) => Type::BYTEA,
        SqlParam::Json(_) => Type::JSONB,
        SqlParam::Uuid(_) => Type::UUID,
        SqlParam::Timestamp(_) => Type::TIMESTAMPTZ,
        SqlParam::Array(_) => Type::TEXT_ARRAY,
    }
}

/// A parameter as it is bound.
#[derive(Debug)]
pub(super) struct Bound<'a>(pub(super) &'a SqlParam);

impl ToSql for Bound<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self.0 {
            SqlParam::Null => Ok(IsNull::Yes),
            SqlParam::Bool(value) => value.to_sql(ty, out),
            SqlParam::Int(value) => value.to_sql(ty, out),
            SqlParam::Float(value) => value.to_sql(ty, out),
            SqlParam::Text(value) => value.to_sql(ty, out),
            SqlParam::Bytes(value) => value.to_sql(ty, out),
            SqlParam::Json(value) => value.to_sql(ty, out),
            SqlParam::Uuid(value) => value.to_sql(ty, out),
            SqlParam::Timestamp(value) => value.to_sql(ty, out),
            SqlParam::Array(values) => values.iter().map(text).collect::<Vec<_>>().to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// An element of a list; all lists are bound as text.
fn text(param: &SqlParam) -> Option<String> {
    match param {
        SqlParam::Null => None,
        SqlParam::Bool(value) => Some(value.to_string()),
        SqlParam::Int(value) => Some(value.to_string()),
        SqlParam::Float(value) => Some(value.to_string()),
        SqlParam::Text(value) => Some(value.clone()),
        SqlParam::Bytes(value) => Some(
            value
                .iter()
                .fold("\\x".to_owned(), |hex, byte| format!("{hex}{byte:02x}")),
        ),
        SqlParam::Json(value) => Some(value.to_string()),
        SqlParam::Uuid(value) => Some(value.to_string()),
        SqlParam::Timestamp(value) => Some(value.to_rfc3339()),
        SqlParam::Array(_) => None,
    }
}

/// A row as PostgreSQL sent it.
pub(super) struct Row {
    columns: Columns,
    sent: Bytes,
    values: Vec<Option<Range<usize>>>,
}

impl Row {
    pub(super) fn new(columns: Columns, sent: Bytes, values: Vec<Option<Range<usize>>>) -> Self {
        Self {
            columns,
            sent,
            values,
        }
    }

    /// What a column holds; nothing if that is null, or if there is no such column.
    fn raw(&self, index: usize) -> Option<&[u8]> {
        let range = self.values.get(index)?.clone()?;
        self.sent.get(range)
    }

    /// A column that holds text.
    pub(super) fn text(&self, index: usize) -> Result<Option<&str>, DbError> {
        let text = self.raw(index).map(std::str::from_utf8).transpose();
        text.map_err(unreadable)
    }

    /// A column that holds a `bigint`.
    pub(super) fn number(&self, index: usize) -> Result<Option<i64>, DbError> {
        let number = self.raw(index).map(|raw| i64::from_sql(&Type::INT8, raw));
        number.transpose().map_err(unreadable)
    }
}

fn unreadable(error: impl std::fmt::Display) -> DbError {
    DbError::other(error.to_string())
}

/// The first column, which holds JSON as text.
pub(super) fn parsed(row: &Row) -> Result<Value, DbError> {
    let text = row.text(0)?;
    let text = text.ok_or_else(|| unreadable("a row is null"))?;
    serde_json::from_str(text).map_err(unreadable)
}

/// Each column in order; what is neither text, number, truth value nor JSON is null.
pub(super) fn columns(row: &Row) -> Vec<Value> {
    let kinds = row.columns.iter().enumerate();
    let values = kinds.map(|(index, kind)| {
        let plain = row.raw(index).map(|raw| plain(kind, raw));
        plain.and_then(Result::ok).unwrap_or_default()
    });
    values.collect()
}

/// A value of one of the plain types.
fn plain(kind: &Type, raw: &[u8]) -> Result<Value, Box<dyn std::error::Error + Sync + Send>> {
    Ok(match *kind {
        Type::BOOL => bool::from_sql(kind, raw)?.into(),
        Type::INT2 => i16::from_sql(kind, raw)?.into(),
        Type::INT4 => i32::from_sql(kind, raw)?.into(),
        Type::INT8 => i64::from_sql(kind, raw)?.into(),
        Type::OID => u32::from_sql(kind, raw)?.into(),
        Type::FLOAT8 => f64::from_sql(kind, raw)?.into(),
        Type::JSON | Type::JSONB => Value::from_sql(kind, raw)?,
        Type::CHAR => String::from_utf8_lossy(raw).into_owned().into(),
        _ => std::str::from_utf8(raw)?.into(),
    })
}
