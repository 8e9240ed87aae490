//! A model of PostgREST and Realtime: tables, versions, tombstones, one `sync` function, a change stream.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

mod auth;
mod rest;
mod sync;
mod tables;

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
    /// How many of the newest notes are in scope at first; all when `None`.
    pub window: Option<usize>,
    /// Keys of rows that nobody may see for the moment.
    pub hidden: BTreeSet<String>,
    /// The next cursors are of no use.
    pub forgotten: bool,
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
}
