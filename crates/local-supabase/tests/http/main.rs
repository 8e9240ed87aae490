//! The HTTP services by their paths: a real PostgreSQL, tables that only these tests know.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod accounts;
mod extensions;
mod functions;
mod gateway;
mod migrations;
mod rest;
mod sessions;
mod status_page;
mod support;
mod writes;
