//! Realtime by its wire: real sockets, a real PostgreSQL, tables that only these tests know.

mod changes;
mod support;
