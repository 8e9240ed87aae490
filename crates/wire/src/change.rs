//! The payload of `postgres_changes`: one INSERT, UPDATE or DELETE of one row.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Payload of a `postgres_changes` event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payload {
    /// Ids of the bindings of this channel that the row matched.
    pub ids: Vec<u32>,
    /// The change.
    pub data: Change,
}

/// One row's change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Change {
    /// Schema of the table.
    pub schema: String,
    /// Table of the row.
    pub table: String,
    /// What happened to the row.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Commit time, UTC, milliseconds; null with some errors.
    pub commit_timestamp: Option<String>,
    /// Columns that the role may read, in attribute order.
    #[serde(default)]
    pub columns: Vec<Column>,
    /// The new row; absent on DELETE.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub record: Option<Box<RawValue>>,
    /// The old row or its key; absent on INSERT.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub old_record: Option<Box<RawValue>>,
    /// Why the record is incomplete; null when it is whole.
    #[serde(default)]
    pub errors: Option<Vec<String>>,
}

/// What happened to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    /// The row is new.
    Insert,
    /// The row has new values.
    Update,
    /// The row is gone.
    Delete,
}

/// Name and type of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Name of the column.
    pub name: String,
    /// `pg_type.typname`, arrays with a leading underscore.
    #[serde(rename = "type")]
    pub kind: String,
}
