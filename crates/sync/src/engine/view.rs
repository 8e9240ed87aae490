//! What people see: rows as they are now, and what has changed since they were last asked for.

use wire::Timestamp;

use super::Engine;
use crate::{
    Changes, Entry, Table,
    table::{
        erased::{Key, typed_ref},
        replica::Replica,
    },
};

impl Engine {
    /// What has changed in `T` since the last call.
    ///
    /// # Panics
    /// When `T` was not registered.
    pub fn changes<T: Table>(&mut self) -> Changes<T> {
        self.replica_mut(T::NAME).take_changes().typed()
    }

    /// The row as people see it now.
    #[must_use]
    pub fn entry<T: Table>(&self, key: T::Key) -> Option<Entry<T>> {
        let shown = self.replica(T::NAME).shown(&Key::of(&key));
        shown.cloned().map(Entry::from)
    }

    /// Keys of all rows that people see now, in no order.
    pub fn keys<T: Table>(&self) -> impl Iterator<Item = T::Key> {
        let shown = self.replica(T::NAME).all_shown();
        shown.filter_map(|shown| typed_ref(&*shown.row).map(T::key))
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

    pub(super) fn replica(&self, name: &str) -> &Replica {
        &self.tables[self.registered(name)]
    }

    fn replica_mut(&mut self, name: &str) -> &mut Replica {
        let table = self.registered(name);
        &mut self.tables[table]
    }

    /// Index of a table that has to be there.
    pub(super) fn registered(&self, name: &str) -> usize {
        self.table_named(name)
            .expect("every table is registered before the engine starts")
    }

    pub(super) fn table_named(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|table| table.name() == name)
    }
}
