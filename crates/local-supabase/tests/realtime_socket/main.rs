//! Realtime by its wire: real sockets, a real PostgreSQL, tables that only these tests know.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod binary;
mod by_http;
mod changes;
mod eyes;
mod faults;
mod filters;
mod fuzz;
mod golden;
mod lifecycle;
mod limits;
mod members;
mod messages;
mod patience;
mod replay;
mod restarts;
mod rights;
mod stream;
mod support;
mod together;
mod tokens;
