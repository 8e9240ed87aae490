//! PostgREST: requests judged by token, filters, policies and constraints.

use serde_json::json;
use sync::{Method, Request, Response};
use wire::Timestamp;

use super::{Row, Server, TABLES, error, ok};

/// What a request is to the database.
pub enum Judged {
    /// It is answered at once.
    Answered(Response),
    /// It writes, as this person.
    Write(String),
}

/// A status, and rows before and after.
type Plan = (u16, Vec<(Option<Row>, Option<Row>)>);

impl Server {
    /// Takes a request in, and answers it if it only reads.
    pub fn judge(&mut self, now: Timestamp, request: &Request) -> Judged {
        self.requests
            .push(format!("{} {}", request.method.as_str(), request.path));
        if request.path == "/auth/v1/settings" {
            return Judged::Answered(ok(200, &json!({})));
        }
        if request.path.starts_with("/auth/v1/token") {
            return Judged::Answered(self.grant(now, request.body.as_deref()));
        }
        let Some(user) = self.who(now, request.bearer.as_deref()) else {
            return Judged::Answered(error(401, "PGRST303", "JWT expired"));
        };
        if request.path == "/rest/v1/rpc/sync" {
            return Judged::Answered(ok(200, &self.sync(&user, request.body.as_deref())));
        }
        if request.method != Method::Get {
            return Judged::Write(user);
        }
        if request.path.contains("or=(") {
            return Judged::Answered(ok(200, &json!(self.older(&user, &request.path))));
        }
        let (table, filters) = Self::addressed(request);
        Judged::Answered(ok(200, &json!(self.matching(&user, table, &filters))))
    }

    /// Table and filters of a request.
    fn addressed(request: &Request) -> (&'static str, Vec<(&str, String)>) {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let name = path.trim_start_matches("/rest/v1/");
        let (table, ..) = *TABLES.iter().find(|(table, ..)| *table == name).unwrap();
        let parts = query.split('&').filter_map(|part| part.split_once("=eq."));
        let filters = parts.map(|(column, value)| (column, value.to_owned()));
        (table, filters.collect())
    }

    fn body(request: &Request) -> Row {
        let body = request.body.as_deref();
        body.map(|text| serde_json::from_str(text).unwrap())
            .unwrap_or_default()
    }

    /// The row that a write names.
    pub(super) fn names(request: &Request) -> (&'static str, Row) {
        let (table, filters) = Self::addressed(request);
        let row = match request.method {
            Method::Post => Self::body(request),
            Method::Get | Method::Patch | Method::Put | Method::Delete => {
                let columns = filters.into_iter();
                columns
                    .map(|(name, value)| (name.to_owned(), value.into()))
                    .collect()
            }
        };
        (table, Self::key_of(table, &row))
    }

    /// What a write would do to which rows.
    pub(super) fn plan(
        &self,
        now: Timestamp,
        user: &str,
        request: &Request,
    ) -> Result<Plan, Response> {
        let (table, filters) = Self::addressed(request);
        let body = Self::body(request);
        if request.method == Method::Post {
            let plan = self.insert(now, user, table, body, request.prefer)?;
            return Ok((201, vec![plan]));
        }
        let mut rows = self.matching(user, table, &filters);
        // What the policies for writing do not cover is not there.
        rows.retain(|row| self.may_write(user, table, row));
        let mut plan = Vec::new();
        for row in rows {
            let after = (request.method == Method::Patch).then(|| {
                let mut after = row.clone();
                after.extend(body.clone());
                after
            });
            if let Some(after) = &after {
                constraints(after)?;
            }
            plan.push((Some(row), after));
        }
        Ok((200, plan))
    }

    fn insert(
        &self,
        now: Timestamp,
        user: &str,
        table: &'static str,
        mut body: Row,
        prefer: Option<&str>,
    ) -> Result<(Option<Row>, Option<Row>), Response> {
        constraints(&body)?;
        let key = json!(Self::key_of(table, &body)).to_string();
        let (_, _, fresh) = TABLES.iter().find(|(name, ..)| *name == table).unwrap();
        if *fresh && self.is_dead(table, &key) {
            return Err(error(410, "PT410", "This entry was deleted"));
        }
        if !self.may_write(user, table, &body) {
            let text = format!("new row violates row-level security policy for table \"{table}\"");
            return Err(error(403, "42501", &text));
        }
        let upsert = prefer.is_some_and(|prefer| prefer.contains("merge-duplicates"));
        match self.row(table, &key).cloned() {
            Some(_) if !upsert => {
                let text =
                    format!("duplicate key value violates unique constraint \"{table}_pkey\"");
                Err(error(409, "23505", &text))
            }
            Some(old) => {
                let mut row = old.clone();
                row.extend(body);
                Ok((Some(old), Some(row)))
            }
            None => {
                body.insert("created_at".into(), json!(now));
                if table == "notes" {
                    body.entry("colour").or_insert("white".into());
                }
                Ok((None, Some(body)))
            }
        }
    }
}

/// Texts that the database's constraints refuse.
fn constraints(row: &Row) -> Result<(), Response> {
    let bad = |value: &serde_json::Value| {
        value
            .as_str()
            .is_some_and(|text| text.starts_with("forbidden"))
    };
    if row.values().any(bad) {
        let text = "violates check constraint \"notes_body_length\"";
        return Err(error(400, "23514", text));
    }
    Ok(())
}
