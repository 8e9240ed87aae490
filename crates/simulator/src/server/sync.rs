//! The function `sync`: rows and tombstones of transactions that were not visible at a cursor.

use serde_json::{Map, Value, json};

use super::Server;

impl Server {
    pub(super) fn sync(&self, body: &Option<String>) -> Value {
        let arguments: Value = serde_json::from_str(body.as_deref().unwrap()).unwrap();
        let since: Option<u64> = arguments["cursor"]
            .as_str()
            .and_then(|cursor| cursor.parse().ok());
        let rows: Map<String, Value> = self
            .tables
            .iter()
            .map(|(table, rows)| {
                let fresh = |key: &String| {
                    since.is_none_or(|since| self.txids[&(*table, key.clone())] >= since)
                };
                let rows: Vec<_> = rows
                    .iter()
                    .filter(|(key, _)| fresh(key))
                    .map(|(_, row)| row)
                    .collect();
                ((*table).to_owned(), json!(rows))
            })
            .collect();
        let tombstones: Vec<_> = self
            .tombstones
            .iter()
            .filter(|(txid, ..)| since.is_some_and(|since| *txid >= since))
            .map(|(_, table, key, rev)| json!({"table": table, "key": key, "rev": rev}))
            .collect();
        json!({
            "cursor": self.txid.to_string(), "restart": false, "complete": since.is_none(),
            "rows": rows, "tombstones": tombstones,
        })
    }
}
