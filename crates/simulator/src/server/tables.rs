//! Tables, versions and tombstones: what a transaction leaves behind.

use serde_json::{Value, json};

use super::{Committed, Row, Server, TABLES};

impl Server {
    pub fn rows(&self, table: &str) -> Vec<Row> {
        self.tables[table].values().cloned().collect()
    }

    pub(super) fn key_of(table: &str, row: &Row) -> Row {
        let (_, columns) = TABLES.iter().find(|(name, _)| *name == table).unwrap();
        columns
            .iter()
            .map(|c| ((*c).to_owned(), row[*c].clone()))
            .collect()
    }

    pub(super) fn store(
        &mut self,
        table: &'static str,
        mut row: Row,
        kind: &'static str,
    ) -> (Row, Committed) {
        self.rev += 1;
        row.insert("rev".into(), self.rev.into());
        let key = Self::key_of(table, &row);
        let text = json!(key).to_string();
        self.tables
            .get_mut(table)
            .unwrap()
            .insert(text.clone(), row.clone());
        self.txids.insert((table, text), self.txid);
        self.txid += 1;
        (
            row.clone(),
            Committed {
                table,
                kind,
                record: Some(row),
                key,
            },
        )
    }

    pub fn delete(&mut self, table: &'static str, key: &Row) -> Option<(Row, Committed)> {
        let row = self
            .tables
            .get_mut(table)
            .unwrap()
            .remove(&json!(key).to_string())?;
        self.rev += 1;
        self.tombstones
            .push((self.txid, table, key.clone(), self.rev));
        self.txid += 1;
        Some((
            row,
            Committed {
                table,
                kind: "DELETE",
                record: None,
                key: key.clone(),
            },
        ))
    }

    pub(super) fn matching(&self, table: &str, filters: &[(&str, String)]) -> Vec<Row> {
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let fits = |row: &&Row| {
            filters
                .iter()
                .all(|(column, wanted)| text(&row[*column]) == *wanted)
        };
        let rows = self.tables[table].iter();
        let seen = rows.filter(|(key, _)| !self.hidden.contains(*key));
        seen.map(|(_, row)| row).filter(fits).cloned().collect()
    }
}
