//! The project's own migrations, on a real PostgreSQL: what they promise to the page and to each person.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod blocks;
mod catch_up;
mod contract;
mod crowd;
mod digests;
mod erase;
mod long_line;
mod once;
mod people;
mod receipts;
mod rights;
mod seats;
mod shape;
mod types;
mod waitlist;
