//! What the database says of itself, read in one statement.

use std::collections::BTreeMap;

use deadpool_postgres::Pool;
use serde::{Deserialize, Serialize};

use crate::error::DbError;

/// The database as the page shows it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Catalogue {
    /// Tables that REST serves or the publication holds.
    pub tables: Vec<Table>,
    /// What the publication hands on, if there is one.
    pub publication: Option<Publication>,
    /// Where the change stream stands; none while it pauses.
    pub slots: Vec<Slot>,
    /// Policies on `realtime.messages`, which open private channels.
    pub room_policies: u64,
    /// PostgreSQL's version.
    pub version: String,
}

/// A table.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Table {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Both, as SQL writes them.
    pub quoted: String,
    /// Whether its changes are streamed.
    pub published: bool,
    /// Whether row level security is on.
    pub secured: bool,
    /// `default`, `full`, `index` or `nothing`.
    pub identity: String,
    /// Columns of the primary key.
    pub key: Vec<String>,
    /// Who may do what to which rows.
    pub policies: Vec<Policy>,
    /// What `anon` and `authenticated` may do to the table or some of its columns.
    pub grants: BTreeMap<String, Vec<String>>,
}

/// A policy.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Whether it allows rather than restricts.
    pub permissive: bool,
    /// The command in lower case, or `all`.
    pub command: String,
    /// The roles it is for.
    pub roles: Vec<String>,
    /// Which rows may be seen.
    pub using: Option<String>,
    /// Which rows may be written.
    pub check: Option<String>,
}

/// What a publication hands on.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Publication {
    /// Inserted rows.
    pub insert: bool,
    /// Updated rows.
    pub update: bool,
    /// Deleted rows.
    pub delete: bool,
}

/// A replication slot of the change stream.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Slot {
    /// Its name.
    pub name: String,
    /// Whether somebody reads it.
    pub active: bool,
    /// Bytes of log that have not been confirmed yet.
    pub lag: u64,
}

impl Table {
    /// Whether `anon` or `authenticated` may do this at all.
    pub fn grants(&self, verb: &str) -> bool {
        self.grants
            .values()
            .any(|verbs| verbs.iter().any(|granted| granted == verb))
    }

    /// Whether `anon` or `authenticated` may do anything at all.
    pub fn reachable(&self) -> bool {
        self.grants.values().any(|verbs| !verbs.is_empty())
    }

    /// Whether some policy lets rows be seen.
    pub fn shows_rows(&self) -> bool {
        self.policies
            .iter()
            .any(|policy| policy.permissive && matches!(&*policy.command, "select" | "all"))
    }
}

/// Reads the catalogue.
///
/// # Errors
/// What the database, or the way to it, has against it.
pub async fn read(admin: &Pool, schemas: &[String]) -> Result<Catalogue, DbError> {
    let client = admin.get().await?;
    let row = client
        .query_one(include_str!("catalogue.sql"), &[&schemas])
        .await?;
    serde_json::from_str(row.get(0)).map_err(|error| DbError {
        code: "XX000".to_owned(),
        message: format!("The catalogue could not be read: {error}"),
        detail: None,
        hint: None,
        constraint: None,
    })
}
