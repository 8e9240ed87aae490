//! Transactions: a name drawn early, versions drawn under lock, visible only once committed.

use serde_json::json;
use sync::{Request, Response};
use wire::Timestamp;

use super::{Committed, Row, Server, error, ok};

/// A write of a running transaction.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) table: &'static str,
    pub(super) key: Row,
    pub(super) row: Option<Row>,
    pub(super) rev: i64,
}

/// A running transaction.
#[derive(Debug)]
pub(super) struct Transaction {
    user: String,
    request: Request,
    /// What it holds until it ends.
    locks: Vec<String>,
    changes: Vec<Change>,
    once: Option<(String, String)>,
}

impl Server {
    /// Begins a transaction that is to carry `request` out; gives its name.
    pub fn begin(&mut self, user: &str, request: &Request) -> u64 {
        let txid = self.txid;
        self.txid += 1;
        let transaction = Transaction {
            user: user.to_owned(),
            request: request.clone(),
            locks: Vec::new(),
            changes: Vec::new(),
            once: None,
        };
        self.open.insert(txid, transaction);
        txid
    }

    /// Carries its request out; no answer when a lock of another transaction is in the way.
    pub fn execute(&mut self, now: Timestamp, txid: u64) -> Option<Response> {
        let Transaction { user, request, .. } = self.open.get(&txid)?;
        let (user, request) = (user.clone(), request.clone());
        let once = request.idempotency_key.clone();
        let once = once.map(|name| (user.clone(), name));
        let mut locks: Vec<_> = once.iter().map(|name| json!(name).to_string()).collect();
        let (table, key) = Self::names(&request);
        locks.push(format!("{table} {}", json!(key)));
        let blocked = self.open.iter().any(|(other, transaction)| {
            *other != txid && locks.iter().any(|lock| transaction.locks.contains(lock))
        });
        if blocked {
            return None;
        }
        let (status, planned) = match self.plan(now, &user, &request) {
            Ok(planned) => planned,
            Err(refusal) => return Some(refusal),
        };
        if let Some(name) = once.as_ref().filter(|_| !planned.is_empty())
            && self.applied.contains(name)
        {
            let message = "This write was carried out before.";
            return Some(error(409, "PT409", message));
        }
        let mut answer = Vec::new();
        let mut changes = Vec::new();
        for (before, after) in planned {
            self.rev += 1;
            let rev = self.rev;
            let after = after.map(|mut row| {
                row.insert("rev".into(), rev.into());
                row
            });
            let Some(shown) = after.clone().or(before) else {
                continue;
            };
            changes.push(Change {
                table,
                key: Self::key_of(table, &shown),
                row: after,
                rev,
            });
            answer.push(shown);
        }
        let transaction = self.open.get_mut(&txid)?;
        transaction.locks = locks;
        transaction.once = once.filter(|_| !changes.is_empty());
        transaction.changes = changes;
        Some(ok(status, &json!(answer)))
    }

    /// Ends a transaction well; says what has become visible.
    pub fn commit(&mut self, txid: u64) -> Vec<Committed> {
        let Some(transaction) = self.open.remove(&txid) else {
            return Vec::new();
        };
        self.applied.extend(transaction.once);
        let changes = transaction.changes.into_iter();
        changes
            .map(|change| self.store(txid, change.table, change.key, change.row, change.rev))
            .collect()
    }

    /// PostgreSQL restarts: what has not committed has not happened.
    pub fn roll_back(&mut self) {
        self.open.clear();
    }

    /// Deletes or makes a row by nobody's request.
    pub fn write(&mut self, table: &'static str, key: Row, row: Option<Row>) -> Option<Committed> {
        let text = json!(key).to_string();
        let lock = format!("{table} {text}");
        let locked = self.open.values().any(|t| t.locks.contains(&lock));
        if locked || (row.is_none() && self.row(table, &text).is_none()) {
            return None;
        }
        self.rev += 1;
        let (rev, txid) = (self.rev, self.txid);
        self.txid += 1;
        let row = row.map(|mut row| {
            row.insert("rev".into(), rev.into());
            row
        });
        Some(self.store(txid, table, key, row, rev))
    }

    /// The oldest transaction that still runs.
    pub(super) fn xmin(&self) -> u64 {
        self.open.keys().next().copied().unwrap_or(self.txid)
    }
}
