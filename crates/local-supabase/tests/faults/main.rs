//! Two real engines against the real server, over a network that fails.
//!
//! Every story ends the same way: the network is healed, and both people's tables become what the database
//! shows them, with every write of theirs stored once.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod answers;
mod client;
mod database;
mod driver;
mod http;
mod inn;
mod network;
mod random;
mod server;
mod sessions;
mod shown;
mod socket;
