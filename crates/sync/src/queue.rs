//! The outbox as a person sees it: what waits, what was refused and why, what others changed meanwhile.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wire::Timestamp;

use crate::{Rejection, Rev};

/// Names one write for good, across tabs and restarts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct WriteId {
    /// The seed of the engine that took the write in.
    pub engine: u64,
    /// Counted by that engine.
    pub number: u64,
}

impl fmt::Display for WriteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}-{}", self.engine, self.number)
    }
}

/// A write as it is kept between two lives of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name; keeping the same name again replaces what was kept.
    pub id: WriteId,
    /// JSON with a version of its own; only the engine reads it.
    pub text: String,
}

/// What a write does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Makes a row.
    Insert,
    /// Makes a row or replaces it.
    Put,
    /// Changes columns of a row.
    Update,
    /// Deletes a row.
    Delete,
}

/// A write that the server has not confirmed.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// Its name.
    pub id: WriteId,
    /// Table.
    pub table: &'static str,
    /// Key of the row, as a JSON object.
    pub key: String,
    /// What it does.
    pub verb: Verb,
    /// The columns that it writes, as JSON values.
    pub columns: Map<String, Value>,
    /// When the person did it.
    pub at: Timestamp,
    /// How far it is.
    pub state: QueuedState,
}

/// How far a write is.
#[derive(Debug, Clone, PartialEq)]
pub enum QueuedState {
    /// Its request is under way, or its answer was lost and it is sent again.
    Sending,
    /// It waits for the connection or for the writes before it.
    Waiting,
    /// The server said no; it is retried or discarded by the person.
    Refused(Rejection),
    /// Someone else changed the same columns; the person settles it.
    Conflict(Conflict),
}

/// Both sides of a conflict.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// Version of the row that `theirs` was read from; goes with the settlement.
    pub rev: Rev,
    /// The columns that both changed, in the order of their names.
    pub columns: Vec<ConflictColumn>,
}

/// One column that two people changed.
#[derive(Debug, Clone, PartialEq)]
pub struct ConflictColumn {
    /// Name of the column.
    pub name: String,
    /// What both saw before.
    pub before: Value,
    /// What this person wrote.
    pub mine: Value,
    /// What the server has now.
    pub theirs: Value,
}
