//! Tables, versions and tombstones: what transactions leave behind.

use serde_json::{Value, json};
use sync::Instant;

use super::{Row, Server, TABLES};

/// A committed row and the transaction that wrote it.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) row: Row,
    pub(super) txid: u64,
}

/// What a deleted row leaves behind.
#[derive(Debug, Clone)]
pub(super) struct Tombstone {
    pub(super) txid: u64,
    pub(super) key: Row,
    pub(super) rev: i64,
    /// Those who saw the row; `None` when everybody did.
    pub(super) visible_to: Option<Vec<String>>,
}

/// A committed version of a row; no row when it was deleted.
#[derive(Debug, Clone)]
pub struct Version {
    pub rev: i64,
    pub row: Option<Row>,
    /// When it was committed.
    pub at: Instant,
}

/// One committed change, ready for the stream.
#[derive(Debug, Clone)]
pub struct Committed {
    pub table: &'static str,
    pub kind: &'static str,
    pub record: Option<Row>,
    pub old: Option<Row>,
    pub key: Row,
}

impl Server {
    /// All rows of a table.
    pub fn rows(&self, table: &str) -> Vec<Row> {
        let rows = self.tables[table].values();
        rows.map(|stored| stored.row.clone()).collect()
    }

    /// The rows of a table that `user` may see.
    pub fn rows_of(&self, user: &str, table: &str) -> Vec<Row> {
        let rows = self.tables[table].values();
        let seen = rows.filter(|stored| self.sees(user, table, &stored.row));
        seen.map(|stored| stored.row.clone()).collect()
    }

    /// One row, as it is now.
    pub fn row(&self, table: &str, key: &str) -> Option<&Row> {
        self.tables[table].get(key).map(|stored| &stored.row)
    }

    /// Whether the row was deleted, and not made again.
    pub fn is_dead(&self, table: &'static str, key: &str) -> bool {
        !self.tables[table].contains_key(key)
            && self.tombstones.contains_key(&(table, key.to_owned()))
    }

    /// Whether the row has that key.
    pub fn has_key(&self, table: &'static str, key: &str, row: &Value) -> bool {
        let row = row.as_object();
        row.is_some_and(|row| Self::key_text(table, row) == key)
    }

    pub(super) fn key_of(table: &str, row: &Row) -> Row {
        let (_, columns, _) = TABLES.iter().find(|(name, ..)| *name == table).unwrap();
        let column = |name: &&str| {
            row.get(*name)
                .map(|value| ((*name).to_owned(), value.clone()))
        };
        columns.iter().filter_map(column).collect()
    }

    pub(super) fn key_text(table: &str, row: &Row) -> String {
        json!(Self::key_of(table, row)).to_string()
    }

    /// Makes a change of a committing transaction visible.
    pub(super) fn store(
        &mut self,
        txid: u64,
        table: &'static str,
        key: Row,
        row: Option<Row>,
        rev: i64,
    ) -> Committed {
        let text = json!(key).to_string();
        let rows = self.tables.get_mut(table).unwrap();
        let old = rows.remove(&text).map(|stored| stored.row);
        let kind = match (&row, &old) {
            (None, _) => "DELETE",
            (Some(_), None) => "INSERT",
            (Some(_), Some(_)) => "UPDATE",
        };
        if let Some(row) = row.clone() {
            rows.insert(text.clone(), Stored { row, txid });
        } else {
            let visible_to = old.as_ref().and_then(|old| self.readers(table, old));
            let tombstone = Tombstone {
                txid,
                key: key.clone(),
                rev,
                visible_to,
            };
            self.tombstones.insert((table, text.clone()), tombstone);
        }
        let version = Version {
            rev,
            row: row.clone(),
            at: self.clock,
        };
        self.history.entry((table, text)).or_default().push(version);
        Committed {
            table,
            kind,
            record: row,
            old,
            key,
        }
    }

    /// The rows that a request names, as its sender sees them.
    pub(super) fn matching(&self, user: &str, table: &str, filters: &[(&str, String)]) -> Vec<Row> {
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let mut rows = self.rows_of(user, table);
        rows.retain(|row| {
            filters
                .iter()
                .all(|(column, wanted)| text(&row[*column]) == *wanted)
        });
        rows
    }
}
