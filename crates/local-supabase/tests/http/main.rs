//! The HTTP services by their paths: a real PostgreSQL, tables that only these tests know.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod abuse;
mod accounts;
mod admin;
mod entry;
mod extensions;
mod flights;
mod functions;
mod gateway;
mod hang_ups;
mod hostile;
mod migrations;
mod protocol;
mod recovery;
mod rest;
mod sessions;
mod status_page;
mod support;
mod tokens;
mod trips;
mod writes;
