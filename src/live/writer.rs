//! How a component writes: its intent shows at once and goes to the server by itself.

use std::rc::Rc;

use leptos::prelude::*;
use serde_json::{Map, Value};
use sync::{Conflict, Method, Response, Table, WriteId};
use uuid::Uuid;

use crate::driver::Driver;

/// Handle for writes; found in context.
#[derive(Clone, Copy)]
pub struct Writer(StoredValue<Rc<Driver>, LocalStorage>);

impl Writer {
    /// A handle on `driver` that lives as long as the current owner.
    #[must_use]
    pub fn new(driver: Rc<Driver>) -> Self {
        Self(StoredValue::new_local(driver))
    }

    /// The writer of the signed-in person.
    ///
    /// # Panics
    /// Outside the part of the page that is shown to signed-in people.
    #[must_use]
    pub fn here() -> Self {
        expect_context()
    }

    /// A random key for a new row.
    #[must_use]
    pub fn new_id(self) -> Uuid {
        crate::driver::clock::random_uuid()
    }

    /// Inserts a row.
    pub fn insert<T: Table>(self, draft: T::Draft) {
        self.with(|driver| driver.write(|engine, now| engine.insert::<T>(now, draft)));
    }

    /// Inserts a row or replaces the one with its key.
    pub fn put<T: Table>(self, draft: T::Draft) {
        self.with(|driver| driver.write(|engine, now| engine.put::<T>(now, draft)));
    }

    /// Updates a row.
    pub fn update<T: Table>(self, key: T::Key, patch: T::Patch) {
        self.with(|driver| driver.write(|engine, now| engine.update::<T>(now, key, patch)));
    }

    /// Updates a row in a form that was opened when it was `seen`.
    pub fn update_since<T: Table>(self, seen: &T, patch: T::Patch) {
        self.with(|driver| driver.write(|engine, now| engine.update_since::<T>(now, seen, patch)));
    }

    /// Sends a refused write again.
    pub fn retry_write(self, id: WriteId) {
        self.with(|driver| driver.write(|engine, now| engine.retry_write(now, id)));
    }

    /// Gives a write up.
    pub fn discard_write(self, id: WriteId) {
        self.with(|driver| driver.write(|engine, now| engine.discard_write(now, id)));
    }

    /// Settles a conflict that was `seen`: `columns` are written, what is left out stays as it is.
    pub fn settle(self, id: WriteId, seen: &Conflict, columns: Map<String, Value>) {
        self.with(|driver| driver.write(|engine, now| engine.settle(now, id, seen, columns)));
    }

    /// Asks for a page of so many rows older than those of `group`.
    pub fn older<T: Table>(self, group: &T::Group, rows: usize) {
        self.with(|driver| driver.write(|engine, now| engine.older::<T>(now, group, rows)));
    }

    /// Deletes a row.
    pub fn delete<T: Table>(self, key: T::Key) {
        self.with(|driver| driver.write(|engine, now| engine.delete::<T>(now, key)));
    }

    /// Sends a refused row again.
    pub fn retry<T: Table>(self, key: T::Key) {
        self.with(|driver| driver.write(|engine, now| engine.retry::<T>(now, key)));
    }

    /// Gives a refused row up.
    pub fn discard<T: Table>(self, key: T::Key) {
        self.with(|driver| driver.write(|engine, now| engine.discard::<T>(now, key)));
    }

    /// Tries to connect now instead of when the countdown ends.
    pub fn reconnect_now(self) {
        self.with(|driver| driver.write(|engine, now| engine.reconnect_now(now)));
    }

    /// Tells the others that the person writes, or no longer does.
    pub fn typing(self, done: bool) {
        self.with(|driver| driver.write(|engine, now| engine.typing(now, done)));
    }

    /// Joins anew, so that the server looks again at what one may.
    pub fn rejoin(self) {
        self.with(|driver| driver.write(|engine, now| engine.rejoin(now)));
    }

    /// Asks the project something beside the tables, in the name of the person; `None` when no answer
    /// arrived. Nothing of it is kept or repeated.
    pub fn ask(
        self,
        method: Method,
        path: String,
        body: Option<String>,
        on_answer: impl FnOnce(Option<Response>) + 'static,
    ) {
        self.with(|driver| driver.ask(method, path, body, on_answer));
    }

    fn with(self, body: impl FnOnce(&Driver)) {
        self.0.with_value(|driver| body(driver));
    }
}
