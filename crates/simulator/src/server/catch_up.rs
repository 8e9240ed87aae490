//! The function `sync`: rows and tombstones of transactions that were not visible at a cursor, the scope,
//! and digests of it.

use serde_json::{Map, Value, json};
use sync::{Digest, Rev};
use wire::Timestamp;

use super::{Row, Server};

/// So many rows it gives in one answer, whatever it is asked for.
const MOST_ROWS: usize = 150;

impl Server {
    pub(super) fn sync(&mut self, user: &str, body: Option<&str>) -> Value {
        let arguments: Value = serde_json::from_str(body.unwrap_or("{}")).unwrap();
        let cursor = arguments["cursor"].as_str();
        let since: Option<u64> = cursor
            .filter(|_| !self.forgotten)
            .and_then(|cursor| cursor.parse().ok());
        let differing = arguments["whole"].as_array().into_iter().flatten();
        let differing = differing.filter_map(|name| name.as_str().map(str::to_owned));
        self.mended.extend(differing);
        let floor = match arguments["scope"].get("notes") {
            Some(held) => held.clone(),
            None => self.default_floor(user),
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
        let mut count = 0;
        for (table, all) in &self.tables {
            let seen = || {
                let all = all.values();
                all.filter(|stored| self.sees(user, table, &stored.row))
            };
            let told = seen().filter(|stored| {
                since.is_some_and(|since| stored.txid >= since)
                    || asked_whole(table) && in_scope(table, &stored.row)
            });
            let told: Vec<_> = told.map(|stored| &stored.row).collect();
            count += told.len();
            rows.insert((*table).to_owned(), json!(told));
            let inside = seen().filter(|stored| in_scope(table, &stored.row));
            let digest: Digest = inside
                .map(|stored| Rev(stored.row["rev"].as_i64().unwrap()))
                .collect();
            let held = digest.count + u64::from(self.wrong_digests);
            let digest = json!({"count": held, "hash": digest.hash.to_string()});
            digests.insert((*table).to_owned(), digest);
            whole.extend(asked_whole(table).then_some(*table));
        }
        let tombstones = self.tombstones.iter().filter(|(_, dead)| {
            let readers = dead.visible_to.as_ref();
            since.is_some_and(|since| dead.txid >= since)
                && readers.is_none_or(|people| people.iter().any(|person| person == user))
        });
        let tombstones: Vec<_> = tombstones
            .map(|((table, _), dead)| json!({"table": table, "key": dead.key, "rev": dead.rev}))
            .collect();
        self.told = count + tombstones.len();
        json!({
            "cursor": self.xmin().to_string(), "restart": cursor.is_some() && since.is_none(),
            "complete": since.is_none(), "whole": whole, "scope": {"notes": floor},
            "digests": digests, "rows": rows, "tombstones": tombstones,
        })
    }

    /// Creation of the oldest of the newest notes; null when they are all there is.
    fn default_floor(&self, user: &str) -> Value {
        let notes = self.rows_of(user, "notes");
        let mut times: Vec<_> = notes.iter().map(|row| time(&row["created_at"])).collect();
        times.sort_unstable();
        let floor = self
            .window
            .and_then(|window| times.iter().rev().nth(window - 1));
        json!(floor)
    }

    /// A page of notes below the edge that the query names.
    pub(super) fn older(&self, user: &str, query: &str) -> Vec<Row> {
        let query = query.replace("%22", "").replace("%3A", ":");
        let after = |word: &str| {
            let (_, rest) = query.split_once(word)?;
            rest.split([',', ')']).next().map(str::to_owned)
        };
        let since = Timestamp::parse(&after("or=(created_at.lt.").unwrap()).unwrap();
        let key = after("id.lt.");
        let place = |row: &Row| {
            let key = row["id"].as_str().map(str::to_owned);
            (time(&row["created_at"]), key)
        };
        let mut rows = self.rows_of(user, "notes");
        rows.retain(|row| place(row) < (since, key.clone()));
        rows.sort_by_key(place);
        if !query.contains(",id.desc") {
            // Which of several rows of one moment comes first is then up to the database.
            rows.reverse();
            rows.sort_by_key(|row| time(&row["created_at"]));
        }
        let limit = after("&limit=").and_then(|limit| limit.split('&').next()?.parse().ok());
        let most = limit.unwrap_or(MOST_ROWS).min(MOST_ROWS);
        rows.into_iter().rev().take(most).collect()
    }
}

fn time(value: &Value) -> Timestamp {
    Timestamp::parse(value.as_str().unwrap()).unwrap()
}
