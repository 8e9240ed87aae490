//! A model of the database behind PostgREST: transactions, versions, tombstones, row level security, one
//! `sync` function, tokens.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use sync::{Instant, Response};
use wire::Timestamp;

use crate::tables::Id;

mod auth;
mod catch_up;
mod policy;
mod rest;
mod tables;
mod transaction;

pub use rest::Judged;
pub use tables::{Committed, Version};
use tables::{Stored, Tombstone};
use transaction::Transaction;

/// A row as JSON.
pub type Row = Map<String, Value>;

/// The database, and what is counted of its use.
#[derive(Debug, Default)]
pub struct Server {
    tables: BTreeMap<&'static str, BTreeMap<String, Stored>>,
    tombstones: BTreeMap<(&'static str, String), Tombstone>,
    /// All committed versions of each row, in the order of their commits.
    pub history: BTreeMap<(&'static str, String), Vec<Version>>,
    /// What time it is.
    pub clock: Instant,
    open: BTreeMap<u64, Transaction>,
    rev: i64,
    txid: u64,
    /// Names of writes that were carried out, with their person.
    pub applied: BTreeSet<(String, String)>,
    /// Time and key of the notes that were there before anybody came.
    pub archive: Vec<(Timestamp, Id)>,
    /// How many of the newest notes are in scope at first; all when `None`.
    pub window: Option<usize>,
    /// Keys of rows that nobody may see for the moment.
    pub hidden: BTreeSet<String>,
    /// The next cursors are of no use.
    pub forgotten: bool,
    /// Whether digests are those of other rows.
    pub wrong_digests: bool,
    /// Tables that somebody asked for whole, because digests differed.
    pub mended: BTreeSet<String>,
    /// How many rows and deletions the last catch-up told.
    pub told: usize,
    /// Requests by path, counted.
    pub requests: Vec<String>,
    /// The token of the person `me` that is accepted; none when empty.
    pub valid_token: String,
    /// Whether refreshing is refused for good.
    pub refuse_refresh: bool,
    /// Life of new tokens in seconds.
    pub lifetime: u64,
    /// Whether all tokens are refused.
    pub refuse_tokens: bool,
    /// How many tokens were granted.
    pub grants: u32,
    logins: BTreeMap<String, u64>,
    tokens: BTreeMap<String, u64>,
}

/// Name, key columns, and whether keys are made at random.
const TABLES: [(&str, &[&str], bool); 3] = [
    ("notes", &["id"], true),
    ("seats", &["room", "person"], false),
    ("letters", &["id"], true),
];

impl Server {
    /// An empty one.
    pub fn new() -> Self {
        let tables = TABLES
            .iter()
            .map(|(name, ..)| (*name, BTreeMap::new()))
            .collect();
        Self {
            tables,
            txid: 10,
            valid_token: "token-0".into(),
            lifetime: 3600,
            ..Self::default()
        }
    }
}

/// An answer with a JSON body.
fn ok(status: u16, body: &Value) -> Response {
    Response {
        status,
        body: body.to_string(),
        retry_after: None,
    }
}

/// A refusal as PostgREST words it.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Response {
    let body = wire::rest::Error {
        code: code.into(),
        message: message.into(),
        ..wire::rest::Error::default()
    };
    Response {
        status,
        body: serde_json::to_string(&body).unwrap(),
        retry_after: None,
    }
}
