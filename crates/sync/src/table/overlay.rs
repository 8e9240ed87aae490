//! Writes that the server has not confirmed, folded over what it has.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};
use wire::Timestamp;

use crate::{Entry, Rejection, Rev, Standing, Table, outbox::MutationId};

/// One write of one row.
#[derive(Debug)]
pub(crate) struct Mutation<T: Table> {
    pub(crate) id: MutationId,
    pub(crate) op: Op<T>,
    pub(crate) failed: Option<Rejection>,
    /// The version that an update was last sent for.
    pub(crate) sent: Option<Rev>,
    /// The version for which it found no row; the same again means that it never will.
    pub(crate) missed: Option<Rev>,
}

/// What the write does.
#[derive(Debug)]
pub(crate) enum Op<T: Table> {
    Insert {
        draft: T::Draft,
        at: Timestamp,
    },
    Put {
        draft: T::Draft,
        at: Timestamp,
    },
    /// `from` has the touched columns as the person saw them.
    Update {
        patch: T::Patch,
        from: Map<String, Value>,
    },
    Delete,
}

/// The row that people see: the confirmed one with `writes` folded over it in order.
pub(crate) fn project<T: Table>(base: Option<&Arc<T>>, writes: &[Mutation<T>]) -> Option<Entry<T>> {
    let mut row = base.cloned();
    for write in writes {
        match (&write.op, &mut row) {
            (Op::Insert { draft, at } | Op::Put { draft, at }, row @ None) => {
                *row = Some(Arc::new(T::draft(draft, *at)));
            }
            // The echo of our own insert came before its answer.
            (Op::Insert { .. }, Some(_)) => {}
            (Op::Put { draft, .. }, Some(row)) => Arc::make_mut(row).put(draft),
            (Op::Update { patch, .. }, Some(row)) => Arc::make_mut(row).apply(patch),
            (Op::Update { .. }, None) => {}
            (Op::Delete, row) => *row = None,
        }
    }
    let failed = writes.iter().find_map(|write| write.failed.clone());
    let standing = match failed {
        Some(rejection) => Standing::Failed(rejection),
        None if writes.is_empty() => Standing::Confirmed,
        None => Standing::Pending,
    };
    row.map(|row| Entry { row, standing })
}

/// The fields of a row or patch, by column.
pub(crate) fn fields(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        Ok(_) | Err(_) => Map::new(),
    }
}

/// The columns of `row` that `patch` touches.
pub(crate) fn touched<T: Table>(row: &T, patch: &T::Patch) -> Map<String, Value> {
    let mut row = fields(row);
    fields(patch)
        .into_iter()
        .map(|(column, _)| {
            let value = row.remove(&column).unwrap_or(Value::Null);
            (column, value)
        })
        .collect()
}
