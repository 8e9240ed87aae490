//! What the engine asks of a table, and what it says about a row.

use std::{fmt, hash::Hash, sync::Arc};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wire::Timestamp;

use history::Older;
use scope::Held;

mod dead;
pub(crate) mod erased;
pub(crate) mod groups;
pub(crate) mod history;
#[cfg(test)]
mod laws;
pub(crate) mod merge;
pub(crate) mod news;
pub(crate) mod outgoing;
pub(crate) mod overlay;
mod path;
mod queued;
pub(crate) mod replica;
pub(crate) mod saved;
pub(crate) mod scope;
mod send;
pub(crate) mod stack;
mod writes;

/// Version of a row: one database sequence, new at every write; older never replaces newer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Rev(pub i64);

/// Whether a key can come back after its row was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Made at random, never used twice: a deletion is final.
    Fresh,
    /// Natural keys: a row can be deleted and made again, so a deletion without a version is only a hint.
    Reused,
}

/// A table that is kept in step with the server. Column names are the field names of the row type.
pub trait Table:
    Clone + PartialEq + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Name in the database, hence also in REST paths and Realtime bindings.
    const NAME: &'static str;
    /// Whether keys come back.
    const KEYS: Keys;
    /// Primary key; serialises to an object whose fields are the key's columns.
    type Key: Copy + Ord + Hash + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// The list that a row belongs to; `()` when the table is one list.
    type Group: Clone + Ord + Hash + fmt::Debug + Send + Sync + 'static;
    /// Place within the group; the key breaks ties.
    type Rank: Clone + Ord + fmt::Debug + Send + Sync + 'static;
    /// The columns that a client may insert, key included.
    type Draft: Clone + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// The columns that a client may update; absent ones are skipped when serialised.
    type Patch: Clone + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static;

    /// Key of this row.
    fn key(&self) -> Self::Key;
    /// Version of this row.
    fn rev(&self) -> Rev;
    /// The list it belongs to.
    fn group(&self) -> Self::Group;
    /// Its place in the list.
    fn rank(&self) -> Self::Rank;
    /// Key of the row that a draft makes.
    fn draft_key(draft: &Self::Draft) -> Self::Key;
    /// The row that is shown until the server confirms the draft.
    fn draft(draft: &Self::Draft, now: Timestamp) -> Self;
    /// What an upsert of `draft` makes of an existing row.
    fn put(&mut self, draft: &Self::Draft);
    /// What an update makes of the row.
    fn apply(&mut self, patch: &Self::Patch);

    /// The time by which the row is in scope, when the server loads only newer rows: those at or above
    /// the floor that its function `sync` names for the table.
    fn since(&self) -> Option<Timestamp> {
        None
    }
    /// Whether the row that this one comes with is in scope, when the server decides by that: the
    /// other table is registered before this one.
    fn comes_with(&self, held: &Held<'_>) -> bool {
        let _ = held;
        true
    }
    /// How rows of this table are read that come with rows of `parent`, named by its `keys` as JSON: a query
    /// such as `order_id=in.(1,2)`. It is asked after each page of older rows of the parent.
    fn along(parent: &str, keys: &[String]) -> Option<String> {
        let _ = (parent, keys);
        None
    }
    /// How older rows of `group` are read page by page; needs [`Table::since`].
    fn older(group: &Self::Group) -> Option<Older> {
        let _ = group;
        None
    }
}

/// How far a shown row is from the server's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// As the server has it.
    Confirmed,
    /// With writes that the server has not answered yet.
    Pending,
    /// A write was refused and waits for the person to retry or discard it.
    Failed(Rejection),
}

/// The server's considered no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// SQLSTATE, `PGRST…`, or one of the engine's own words: `conflict`, `gone`.
    pub code: String,
    /// Constraint that was violated, when the answer names one.
    pub constraint: Option<String>,
    /// The server's sentence.
    pub message: String,
}

/// A row as people see it: the server's, with pending writes folded over it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<T> {
    /// The row.
    pub row: Arc<T>,
    /// How far it is from the server's.
    pub standing: Standing,
}

/// Where a list of tables is told to, one by one; the engine and the page both listen.
pub trait Registry {
    /// Makes `T` known.
    fn table<T: Table>(&mut self) -> &mut Self;
}
