//! Values on their way into a statement, and out of those that are not made JSON.

use postrust_core::db::DbError;
use postrust_sql::SqlParam;
use serde_json::Value;
use tokio_postgres::{
    Row,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

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

/// The first column, which holds JSON as text.
pub(super) fn parsed(row: &Row) -> Result<Value, DbError> {
    let text: &str = row
        .try_get(0)
        .map_err(|error| DbError::other(error.to_string()))?;
    serde_json::from_str(text).map_err(|error| DbError::other(error.to_string()))
}

/// Each column in order; what is neither text, number, truth value nor JSON is null.
pub(super) fn columns(row: &Row) -> Vec<Value> {
    (0..row.len())
        .map(|index| {
            row.try_get::<_, Plain>(index)
                .map_or(Value::Null, |plain| plain.0)
        })
        .collect()
}

/// A value of one of the plain types.
struct Plain(Value);

impl<'a> FromSql<'a> for Plain {
    fn from_sql(
        ty: &Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        let value = match *ty {
            Type::BOOL => bool::from_sql(ty, raw)?.into(),
            Type::INT2 => i16::from_sql(ty, raw)?.into(),
            Type::INT4 => i32::from_sql(ty, raw)?.into(),
            Type::INT8 => i64::from_sql(ty, raw)?.into(),
            Type::OID => u32::from_sql(ty, raw)?.into(),
            Type::FLOAT8 => f64::from_sql(ty, raw)?.into(),
            Type::JSON | Type::JSONB => Value::from_sql(ty, raw)?,
            Type::CHAR => String::from_utf8_lossy(raw).into_owned().into(),
            _ => <&str>::from_sql(ty, raw)?.into(),
        };
        Ok(Self(value))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
