//! Real engines against a model of Supabase, on a clock that jumps from deadline to deadline.
//!
//! Nothing here sleeps, opens a socket or rolls a die that was not seeded: the same steps give the same
//! run on every machine. [`world::World`] holds the engines, the network between them and the server;
//! [`schedule`] draws what people do and what goes wrong, runs it, and shrinks what fails.
//!
//! The model of the database has transactions that draw their name early, their versions under lock, and
//! are seen late; policies by person, for rows that come into view or leave it without an event;
//! constraints, upserts, tombstones, names of writes, and the function `sync` with scope and digests. Some
//! schedules begin with notes that were there before anybody came, more than a first load or a page has.
//! Realtime joins before it streams, reads the log now and then and judges by what is so at that moment,
//! sends deletions to all, cuts long records down, leaves unchanged long values out, ends memberships
//! with their token, and forgets everything when PostgreSQL restarts. It loses changes without a word
//! only while a limit is exceeded: then nothing but a comparison of digests finds them. Frames of one
//! socket keep their order; those of an earlier one may come late. Requests overtake each other, are
//! lost on their way there or back, or are answered "busy".
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
