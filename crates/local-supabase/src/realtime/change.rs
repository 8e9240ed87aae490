//! One committed change of one row, as the database's log tells it.

use std::sync::Arc;

use wire::change::Kind;

/// A table as it was when its rows changed.
#[derive(Debug, PartialEq, Eq)]
pub struct Relation {
    /// The table's object id.
    pub oid: u32,
    /// Schema of the table.
    pub schema: String,
    /// Name of the table.
    pub table: String,
    /// Whether old rows are logged whole (`replica identity full`).
    pub full: bool,
    /// Published columns in attribute order.
    pub columns: Vec<Column>,
}

/// A column of a [`Relation`].
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// Name of the column.
    pub name: String,
    /// Object id of its type.
    pub kind: u32,
    /// Whether it is part of the replica identity.
    pub identity: bool,
}

/// One column's value in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    /// SQL NULL.
    Null,
    /// PostgreSQL's text form.
    Text(String),
    /// A large value that the change left as it was, and that the log therefore omits.
    Unchanged,
    /// Not part of what was logged.
    Absent,
}

impl Datum {
    /// The text, if there is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::Unchanged | Self::Absent => None,
        }
    }

    /// Whether the value is known, NULL included.
    pub fn is_known(&self) -> bool {
        match self {
            Self::Null | Self::Text(_) => true,
            Self::Unchanged | Self::Absent => false,
        }
    }
}

/// One INSERT, UPDATE or DELETE.
#[derive(Debug)]
pub struct Row {
    /// The table.
    pub relation: Arc<Relation>,
    /// What happened.
    pub kind: Kind,
    /// New values by column; empty on DELETE.
    pub new: Vec<Datum>,
    /// Old values by column, [`Datum::Absent`] where the identity does not cover them; empty on INSERT.
    pub old: Vec<Datum>,
}

impl Row {
    /// The values that filters and row level security look at: new ones, or on DELETE old ones.
    pub fn judged(&self) -> &[Datum] {
        match self.kind {
            Kind::Insert | Kind::Update => &self.new,
            Kind::Delete => &self.old,
        }
    }

    /// Bytes of all values in text form.
    pub fn size(&self) -> usize {
        let texts = self.new.iter().chain(&self.old).filter_map(Datum::text);
        texts.map(str::len).sum()
    }
}

/// Rows that one transaction changed, in order; a large transaction comes in several of these.
#[derive(Debug)]
pub struct Batch {
    /// The transaction's id, without its epoch.
    pub xid: u32,
    /// Commit time in microseconds since 1970.
    pub committed: i64,
    /// The rows.
    pub rows: Vec<Row>,
}
