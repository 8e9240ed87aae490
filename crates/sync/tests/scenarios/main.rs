//! Engines against a model of Supabase, on a clock that jumps from deadline to deadline.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod catch_up;
mod conflicts;
mod echo;
mod edges;
mod frugality;
mod giving_up;
mod handshake;
mod history;
mod kept_rows;
mod lost_answers;
mod outbox;
mod proof;
mod session;
mod steps;
mod writes;

use simulator::{tables, world};
