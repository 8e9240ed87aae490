//! How far the outbox is with storing.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use sync::WriteId;

use super::{
    super::{
        clock::Timer,
        database::{Change, Database},
    },
    lock::Held,
};

/// What is known of the disk, and what is not on it.
#[derive(Default)]
pub(super) struct State {
    pub disk: Disk,
    /// Held for life once it is: even while nothing can be stored, older records may bear our name.
    pub own: Option<Held>,
    /// What is not on the disk yet, by write.
    pub pending: BTreeMap<WriteId, Pending>,
    pub batches: u64,
    /// Tabs whose end is awaited.
    pub awaited: BTreeSet<String>,
    /// Whether the database was open in this life, so that it may hold writes of ours.
    pub was_open: bool,
    /// Whether the last try to store was refused; it stays so while the next is under way.
    pub refused: bool,
    /// The next try.
    pub again: Option<Timer>,
}

/// A change that is not on the disk yet.
pub(super) struct Pending {
    pub change: Change,
    /// Whether something that a person wrote is lost if this never reaches the disk.
    pub vital: bool,
    /// The transaction that it is in.
    pub batch: Option<u64>,
}

/// Whether anything can be stored.
#[derive(Default)]
pub(super) enum Disk {
    #[default]
    Closed,
    Opening,
    Open(Rc<Database>),
    Refused,
}
