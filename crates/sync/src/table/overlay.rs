//! Writes that the server has not confirmed, folded over what it has.

use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use wire::Timestamp;

use crate::{Entry, Rejection, Rev, Standing, Table, Verb, WriteId};

/// One write of one row.
#[derive(Debug)]
pub(crate) struct Mutation<T: Table> {
    pub(crate) id: WriteId,
    /// Its place among all writes of this device.
    pub(crate) place: u64,
    /// When the person did it.
    pub(crate) at: Timestamp,
    pub(crate) op: Op<T>,
    /// The server's no, or ours; the person decides.
    pub(crate) failed: Option<Rejection>,
    /// A request has left for it, so the server may know it.
    pub(crate) attempted: bool,
    /// How often the person has decided anew about it: another decision is another write.
    pub(crate) decided: u32,
    /// The version that an update was last sent for.
    pub(crate) sent: Option<Rev>,
    /// What has been found out about its row.
    pub(crate) looked: Looked,
}

impl<T: Table> Mutation<T> {
    /// A write that nobody has sent yet.
    pub(crate) fn new(id: WriteId, place: u64, at: Timestamp, op: Op<T>) -> Self {
        Self {
            id,
            place,
            at,
            op,
            failed: None,
            attempted: false,
            decided: 0,
            sent: None,
            looked: Looked::No,
        }
    }

    /// The person wants it sent after all, as another write.
    pub(crate) fn decide_anew(&mut self) {
        self.failed = None;
        self.attempted = false;
        self.decided += 1;
        self.looked = Looked::No;
    }
}

/// What is known of the row of a write, beyond what we hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Looked {
    /// Nothing, and nothing has to be.
    No,
    /// The row has to be fetched before anything else.
    Owed(Why),
    /// It was fetched since.
    Seen(Why),
}

/// Why a row has to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// We do not hold it: it may lie outside of what is held.
    NotHeld,
    /// The write found no row at this version; the same again means that it never will.
    Missed(Rev),
    /// A row with the key of this insert exists already.
    There,
    /// The write was carried out before.
    Done,
}

/// What the write does.
#[derive(Debug, Clone)]
pub(crate) enum Op<T: Table> {
    Insert {
        draft: T::Draft,
    },
    Put {
        draft: T::Draft,
    },
    /// `from` has the touched columns as the person saw them.
    Update {
        patch: T::Patch,
        from: Map<String, Value>,
    },
    Delete,
}

impl<T: Table> Op<T> {
    pub(crate) fn verb(&self) -> Verb {
        match self {
            Self::Insert { .. } => Verb::Insert,
            Self::Put { .. } => Verb::Put,
            Self::Update { .. } => Verb::Update,
            Self::Delete => Verb::Delete,
        }
    }

    /// The columns that it writes.
    pub(crate) fn columns(&self) -> Map<String, Value> {
        match self {
            Self::Insert { draft } | Self::Put { draft } => fields(draft),
            Self::Update { patch, .. } => fields(patch),
            Self::Delete => Map::new(),
        }
    }
}

/// The row that people see: the confirmed one with `writes` folded over it in order. Of refused writes
/// only an insert shows: it has no other place.
pub(crate) fn project<T: Table>(base: Option<&Arc<T>>, writes: &[Mutation<T>]) -> Option<Entry<T>> {
    let mut row = base.cloned();
    let mut standing = Standing::Confirmed;
    for write in writes {
        match (&write.op, &write.failed) {
            (Op::Insert { .. }, Some(rejection)) => standing = Standing::Failed(rejection.clone()),
            (Op::Put { .. } | Op::Update { .. } | Op::Delete, Some(_)) => continue,
            (_, None) if standing == Standing::Confirmed => standing = Standing::Pending,
            (_, None) => {}
        }
        match (&write.op, &mut row) {
            (Op::Insert { draft } | Op::Put { draft }, row @ None) => {
                *row = Some(Arc::new(T::draft(draft, write.at)));
            }
            // The echo of our own insert came before its answer.
            (Op::Insert { .. }, Some(_)) => {}
            (Op::Put { draft }, Some(row)) => Arc::make_mut(row).put(draft),
            (Op::Update { patch, .. }, Some(row)) => Arc::make_mut(row).apply(patch),
            (Op::Update { .. }, None) => {}
            (Op::Delete, row) => *row = None,
        }
    }
    row.map(|row| Entry { row, standing })
}

/// Columns as the type that they make. By way of text: the code that reads a type from a tree of values
/// would come on top of the one that reads it from what the server sends, for every type.
pub(crate) fn typed<V: DeserializeOwned>(columns: impl Into<Value>) -> serde_json::Result<V> {
    serde_json::from_str(&columns.into().to_string())
}

/// The fields of a row or patch, by column.
pub(crate) fn fields(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        Ok(_) | Err(_) => Map::new(),
    }
}
