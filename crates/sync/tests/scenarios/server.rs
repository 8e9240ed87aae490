//! A model of PostgREST and Realtime: tables, versions, tombstones, one `sync` function, a change stream.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use sync::{Method, Request, Response};
use wire::{Timestamp, rest};

type Row = Map<String, Value>;

/// One committed change, ready for the stream.
#[derive(Debug, Clone)]
pub struct Committed {
    pub table: &'static str,
    pub kind: &'static str,
    pub record: Option<Row>,
    pub key: Row,
}

#[derive(Debug, Default)]
pub struct Server {
    pub tables: BTreeMap<&'static str, BTreeMap<String, Row>>,
    tombstones: Vec<(u64, &'static str, Row, i64)>,
    txids: BTreeMap<(&'static str, String), u64>,
    rev: i64,
    txid: u64,
    applied: BTreeSet<String>,
    /// Requests by path, counted.
    pub requests: Vec<String>,
    /// The token that is accepted; none when empty.
    pub valid_token: String,
    pub refuse_refresh: bool,
    pub lifetime: u64,
    pub refuse_tokens: bool,
    pub grants: u32,
}

const TABLES: [(&str, &[&str]); 2] = [("notes", &["id"]), ("seats", &["room", "person"])];

impl Server {
    pub fn new() -> Self {
        let tables = TABLES
            .iter()
            .map(|(name, _)| (*name, BTreeMap::new()))
            .collect();
        Self {
            tables,
            txid: 10,
            valid_token: "token-0".into(),
            lifetime: 3600,
            refuse_tokens: false,
            ..Self::default()
        }
    }

    pub fn rows(&self, table: &str) -> Vec<Row> {
        self.tables[table].values().cloned().collect()
    }

    fn key_of(table: &str, row: &Row) -> Row {
        let (_, columns) = TABLES.iter().find(|(name, _)| *name == table).unwrap();
        columns
            .iter()
            .map(|c| ((*c).to_owned(), row[*c].clone()))
            .collect()
    }

    fn store(&mut self, table: &'static str, mut row: Row, kind: &'static str) -> (Row, Committed) {
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

    /// Carries a request out at once; gives its answer and what was committed.
    pub fn answer(&mut self, now: Timestamp, request: &Request) -> (Response, Vec<Committed>) {
        if let Some(key) = request
            .idempotency_key
            .as_ref()
            .filter(|key| self.applied.contains(*key))
        {
            self.requests.push(format!("again {key}"));
            let message = "This write was carried out before.";
            return (error(409, "PT409", message), Vec::new());
        }
        let (response, committed) = self.carry_out(now, request);
        if let Some(key) = request
            .idempotency_key
            .clone()
            .filter(|_| !committed.is_empty())
        {
            self.applied.insert(key);
        }
        (response, committed)
    }

    fn carry_out(&mut self, now: Timestamp, request: &Request) -> (Response, Vec<Committed>) {
        self.requests
            .push(format!("{} {}", request.method.as_str(), request.path));
        if request.path.starts_with("/auth/v1/token") {
            return (self.grant(), Vec::new());
        }
        if self.refuse_tokens || request.bearer.as_deref() != Some(&self.valid_token) {
            return (error(401, "PGRST303", "JWT expired"), Vec::new());
        }
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        if path == "/rest/v1/rpc/sync" {
            return (ok(200, &self.sync(&request.body)), Vec::new());
        }
        let name = path.trim_start_matches("/rest/v1/");
        let (table, _) = *TABLES.iter().find(|(table, _)| *table == name).unwrap();
        let filters: Vec<(&str, String)> = query
            .split('&')
            .filter_map(|part| part.split_once("=eq."))
            .map(|(column, value)| (column, value.to_owned()))
            .collect();
        let body: Row = request
            .body
            .as_deref()
            .map(|b| serde_json::from_str(b).unwrap())
            .unwrap_or_default();
        match request.method {
            Method::Get => (ok(200, &json!(self.matching(table, &filters))), Vec::new()),
            Method::Post => self.insert(now, table, body, request.prefer),
            Method::Patch => {
                let mut changed = (Vec::new(), Vec::new());
                for row in self.matching(table, &filters) {
                    let mut row = row.clone();
                    row.extend(body.clone());
                    if let Some(refusal) = forbidden(&row) {
                        return (refusal, Vec::new());
                    }
                    let (row, committed) = self.store(table, row, "UPDATE");
                    changed.0.push(row);
                    changed.1.push(committed);
                }
                (ok(200, &json!(changed.0)), changed.1)
            }
            Method::Delete => {
                let rows = self.matching(table, &filters);
                let gone: Vec<_> = rows
                    .iter()
                    .filter_map(|row| self.delete(table, &Self::key_of(table, row)))
                    .collect();
                let (rows, committed): (Vec<_>, Vec<_>) = gone.into_iter().unzip();
                (ok(200, &json!(rows)), committed)
            }
        }
    }

    fn insert(
        &mut self,
        now: Timestamp,
        table: &'static str,
        body: Row,
        prefer: Option<&str>,
    ) -> (Response, Vec<Committed>) {
        if let Some(refusal) = forbidden(&body) {
            return (refusal, Vec::new());
        }
        let key = json!(Self::key_of(table, &body)).to_string();
        let dead = |(_, of, died, _): &(u64, &str, Row, i64)| {
            *of == table && serde_json::to_string(died).unwrap() == key
        };
        if table == "notes" && self.tombstones.iter().any(dead) {
            return (error(410, "PT410", "This entry was deleted"), Vec::new());
        }
        let upsert = prefer.is_some_and(|prefer| prefer.contains("merge-duplicates"));
        let old = self.tables[table].get(&key).cloned();
        let (row, kind) = match old {
            Some(_) if !upsert => {
                let text =
                    format!("duplicate key value violates unique constraint \"{table}_pkey\"");
                return (error(409, "23505", &text), Vec::new());
            }
            Some(mut row) => {
                row.extend(body);
                (row, "UPDATE")
            }
            None => {
                let mut row = body;
                row.insert("created_at".into(), json!(now));
                if table == "notes" {
                    row.entry("colour").or_insert("white".into());
                }
                (row, "INSERT")
            }
        };
        let (row, committed) = self.store(table, row, kind);
        (ok(201, &json!([row])), vec![committed])
    }

    fn matching(&self, table: &str, filters: &[(&str, String)]) -> Vec<Row> {
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
        self.tables[table].values().filter(fits).cloned().collect()
    }

    fn sync(&self, body: &Option<String>) -> Value {
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

    fn grant(&mut self) -> Response {
        if self.refuse_refresh {
            let body = r#"{"error_code":"refresh_token_not_found"}"#.into();
            return Response {
                status: 400,
                body,
                retry_after: None,
            };
        }
        self.grants += 1;
        if self.valid_token.is_empty() {
            self.valid_token = format!("token-{}", self.grants);
        }
        let (token, grants) = (&self.valid_token, self.grants);
        ok(
            200,
            &json!({
                "access_token": token, "refresh_token": format!("refresh-{grants}"),
                "expires_in": self.lifetime, "user": {"id": "me", "email": ""},
            }),
        )
    }
}

/// Texts that the database's constraints refuse.
fn forbidden(row: &Row) -> Option<Response> {
    let bad = row
        .values()
        .any(|value| value.as_str() == Some("forbidden"));
    bad.then(|| {
        error(
            400,
            "23514",
            "violates check constraint \"notes_body_length\"",
        )
    })
}

fn ok(status: u16, body: &Value) -> Response {
    Response {
        status,
        body: body.to_string(),
        retry_after: None,
    }
}

fn error(status: u16, code: &str, message: &str) -> Response {
    let body = rest::Error {
        code: code.into(),
        message: message.into(),
        ..rest::Error::default()
    };
    Response {
        status,
        body: serde_json::to_string(&body).unwrap(),
        retry_after: None,
    }
}
