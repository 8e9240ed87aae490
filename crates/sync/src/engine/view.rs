//! What people see: rows as they are now, and what has changed since they were last asked for.

use wire::Timestamp;

use super::Engine;
use crate::{Changes, Entry, Table, table::replica::Replica};

impl Engine {
    /// What has changed in `T` since the last call.
    ///
    /// # Panics
    /// When `T` was not registered.
    pub fn changes<T: Table>(&mut self) -> Changes<T> {
        self.replica_mut::<T>().take_changes()
    }

    /// The row as people see it now.
    #[must_use]
    pub fn entry<T: Table>(&self, key: T::Key) -> Option<&Entry<T>> {
        self.replica::<T>().shown(&key)
    }

    /// Keys of all rows that people see now, in no order.
    pub fn keys<T: Table>(&self) -> impl Iterator<Item = &T::Key> {
        self.replica::<T>().shown_keys()
    }

    /// Presence keys of the people who have the channel open, when they changed since the last call.
    pub fn take_presence(&mut self) -> Option<Vec<String>> {
        self.presence
            .take_changed()
            .then(|| self.presence.keys().map(str::to_owned).collect())
    }

    /// Presence keys of the people who are writing, when they changed since the last call.
    pub fn take_typing(&mut self) -> Option<Vec<String>> {
        self.typing.take_changed()
    }

    /// Answers, frames and rows that could not be read since the start.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.unread
    }

    /// When the server last sent a change, if it has since the start.
    #[must_use]
    pub fn heard(&self) -> Option<Timestamp> {
        self.heard
    }

    /// Names of the tables, in the order in which they were registered.
    pub fn tables(&self) -> impl Iterator<Item = &'static str> {
        self.tables.iter().map(|table| table.name())
    }

    /// Token for requests beside the engine.
    #[must_use]
    pub fn access_token(&self) -> &str {
        &self.session.access_token
    }

    /// Writes that the server has not answered, refused ones apart.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.outbox.len()
    }

    pub(super) fn replica<T: Table>(&self) -> &Replica<T> {
        let mut typed = self
            .tables
            .iter()
            .filter_map(|table| table.as_any().downcast_ref());
        typed
            .next()
            .expect("every table is registered before the engine starts")
    }

    pub(super) fn replica_mut<T: Table>(&mut self) -> &mut Replica<T> {
        let mut typed = self
            .tables
            .iter_mut()
            .filter_map(|table| table.as_any_mut().downcast_mut());
        typed
            .next()
            .expect("every table is registered before the engine starts")
    }

    pub(super) fn table_named(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|table| table.name() == name)
    }
}
