//! Real engines against a model of Supabase, on a clock that jumps from deadline to deadline.
//!
//! Nothing here sleeps, opens a socket or rolls a die that was not seeded: the same steps give the same
//! run on every machine. [`world::World`] holds the engines, the network between them and the server.
#![allow(
    clippy::unwrap_used,
    reason = "a model that cannot go on has failed its test"
)]

pub mod client;
pub mod dice;
pub mod page;
pub mod schedule;
pub mod server;
pub mod tables;
pub mod world;
