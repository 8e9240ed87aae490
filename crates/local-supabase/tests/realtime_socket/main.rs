//! Realtime by its wire: real sockets, a real PostgreSQL, tables that only these tests know.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod changes;
mod eyes;
mod faults;
mod filters;
mod fuzz;
mod golden;
mod lifecycle;
mod limits;
mod members;
mod restarts;
mod stream;
mod support;
mod together;
