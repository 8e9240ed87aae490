//! Writes that the server has not confirmed, folded over what it has.

use wire::Timestamp;

use super::{
    erased::{Kind, Row},
    merge::Columns,
};
use crate::{Rejection, Rev, Standing, Verb, WriteId};

/// One write of one row.
#[derive(Debug)]
pub(crate) struct Mutation {
    pub(crate) id: WriteId,
    /// Its place among all writes of this device.
    pub(crate) place: u64,
    /// When the person did it.
    pub(crate) at: Timestamp,
    pub(crate) op: Op,
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

impl Mutation {
    /// A write that nobody has sent yet.
    pub(crate) fn new(id: WriteId, place: u64, at: Timestamp, op: Op) -> Self {
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
pub(crate) enum Op {
    Insert {
        draft: Columns,
    },
    Put {
        draft: Columns,
    },
    /// `from` has the touched columns as the person saw them.
    Update {
        patch: Columns,
        from: Columns,
    },
    Delete,
}

impl Op {
    pub(crate) fn verb(&self) -> Verb {
        match self {
            Self::Insert { .. } => Verb::Insert,
            Self::Put { .. } => Verb::Put,
            Self::Update { .. } => Verb::Update,
            Self::Delete => Verb::Delete,
        }
    }

    /// The columns that it writes.
    pub(crate) fn columns(&self) -> Columns {
        match self {
            Self::Insert { draft } | Self::Put { draft } => draft.clone(),
            Self::Update { patch, .. } => patch.clone(),
            Self::Delete => Columns::new(),
        }
    }
}

/// A row as people see it.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) row: Row,
    pub(crate) standing: Standing,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        self.standing == other.standing && self.row.equals(&*other.row)
    }
}

/// The row that people see: the confirmed one with `writes` folded over it in order. Of refused writes
/// only an insert shows: it has no other place.
pub(crate) fn project(kind: &dyn Kind, base: Option<&Row>, writes: &[Mutation]) -> Option<Shown> {
    let mut row = base.cloned();
    let mut standing = Standing::Confirmed;
    for write in writes {
        match (&write.op, &write.failed) {
            (Op::Insert { .. }, Some(rejection)) => standing = Standing::Failed(rejection.clone()),
            (Op::Put { .. } | Op::Update { .. } | Op::Delete, Some(_)) => continue,
            (_, None) if standing == Standing::Confirmed => standing = Standing::Pending,
            (_, None) => {}
        }
        row = match (&write.op, row) {
            (Op::Insert { draft } | Op::Put { draft }, None) => kind.draft(draft, write.at),
            // The echo of our own insert came before its answer.
            (Op::Insert { .. }, row) => row,
            (Op::Put { draft }, Some(row)) => row.put(draft).or(Some(row)),
            (Op::Update { patch, .. }, Some(row)) => row.apply(patch).or(Some(row)),
            (Op::Update { .. }, None) | (Op::Delete, _) => None,
        };
    }
    row.map(|row| Shown { row, standing })
}
