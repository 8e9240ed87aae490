//! The function `sync`: rows and tombstones of transactions that were not visible at a cursor, the scope,
//! and digests of it.

use serde_json::{Map, Value, json};
use sync::{Digest, Rev};
use wire::Timestamp;

use super::{Row, Server};

impl Server {
    pub(super) fn sync(&self, body: &Option<String>) -> Value {
        let arguments: Value = serde_json::from_str(body.as_deref().unwrap()).unwrap();
        let cursor = arguments["cursor"].as_str();
        let since: Option<u64> = cursor
            .filter(|_| !self.forgotten)
            .and_then(|cursor| cursor.parse().ok());
        let floor = match arguments["scope"].get("notes") {
            Some(held) => held.clone(),
            None => self.default_floor(),
        };
        let asked_whole = |table: &str| {
            let names = arguments["whole"].as_array();
            since.is_none() || names.is_some_and(|names| names.contains(&table.into()))
        };
        let in_scope = |table: &str, row: &Row| {
            table != "notes" || floor.is_null() || time(&row["created_at"]) >= time(&floor)
        };
        let mut rows = Map::new();
        let mut digests = Map::new();
        let mut whole = Vec::new();
        for (table, all) in &self.tables {
            let seen = || all.iter().filter(|(key, _)| !self.hidden.contains(*key));
            let fresh = |key: &String| {
                since.is_some_and(|since| self.txids[&(*table, key.clone())] >= since)
            };
            let told =
                |key: &String, row: &Row| fresh(key) || asked_whole(table) && in_scope(table, row);
            let answered: Vec<_> = seen().filter(|(key, row)| told(key, row)).collect();
            let answered: Vec<_> = answered.into_iter().map(|(_, row)| row).collect();
            rows.insert((*table).to_owned(), json!(answered));
            let inside = seen().filter(|(_, row)| in_scope(table, row));
            let digest: Digest = inside
                .map(|(_, row)| Rev(row["rev"].as_i64().unwrap()))
                .collect();
            let digest = json!({"count": digest.count, "hash": digest.hash.to_string()});
            digests.insert((*table).to_owned(), digest);
            whole.extend(asked_whole(table).then_some(*table));
        }
        let tombstones: Vec<_> = self
            .tombstones
            .iter()
            .filter(|(txid, ..)| since.is_some_and(|since| *txid >= since))
            .map(|(_, table, key, rev)| json!({"table": table, "key": key, "rev": rev}))
            .collect();
        json!({
            "cursor": self.txid.to_string(), "restart": cursor.is_some() && since.is_none(),
            "complete": since.is_none(), "whole": whole, "scope": {"notes": floor},
            "digests": digests, "rows": rows, "tombstones": tombstones,
        })
    }

    /// Creation of the oldest of the newest notes; null when they are all there is.
    fn default_floor(&self) -> Value {
        let mut times: Vec<_> = self.tables["notes"]
            .values()
            .map(|row| time(&row["created_at"]))
            .collect();
        times.sort_unstable();
        let floor = self
            .window
            .and_then(|window| times.iter().rev().nth(window - 1));
        json!(floor)
    }

    /// A page of notes below the edge that the query names.
    pub(super) fn older(&self, query: &str) -> Vec<Row> {
        let query = query.replace("%22", "").replace("%3A", ":");
        let after = |word: &str| {
            let (_, rest) = query.split_once(word)?;
            rest.split([',', ')']).next().map(str::to_owned)
        };
        let since = Timestamp::parse(&after("or=(created_at.lt.").unwrap()).unwrap();
        let key = after("id.lt.");
        let seen = self.tables["notes"].iter();
        let seen = seen.filter(|(key, _)| !self.hidden.contains(*key));
        let place = |row: &Row| {
            (
                time(&row["created_at"]),
                row["id"].as_str().map(str::to_owned),
            )
        };
        let mut rows: Vec<&Row> = seen
            .map(|(_, row)| row)
            .filter(|row| place(row) < (since, key.clone()))
            .collect();
        rows.sort_by_key(|row| place(row));
        rows.into_iter().rev().take(50).cloned().collect()
    }
}

fn time(value: &Value) -> Timestamp {
    Timestamp::parse(value.as_str().unwrap()).unwrap()
}
