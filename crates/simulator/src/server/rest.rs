//! PostgREST: requests judged by token, filters and constraints.

use serde_json::{Value, json};
use sync::{Method, Request, Response};
use wire::{Timestamp, rest};

use super::{Committed, Row, Server, TABLES};

impl Server {
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
        if request.path == "/auth/v1/settings" {
            return (ok(200, &json!({})), Vec::new());
        }
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
            Method::Get if query.contains("or=(") => {
                (ok(200, &json!(self.older(query))), Vec::new())
            }
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

pub(super) fn ok(status: u16, body: &Value) -> Response {
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
