//! What crosses the network between a Supabase client and its services, as plain types.
//!
//! This crate decodes and encodes; it opens no socket, keeps no state and judges nothing. Malformed
//! input becomes a [`DecodeError`], never a panic. Start with [`Frame`] for the WebSocket and with
//! [`rest`] and [`auth`] for HTTP bodies.

pub mod auth;
pub mod change;
pub mod frame;
pub mod join;
pub mod rest;
pub mod time;

use std::{error::Error, fmt};

pub use frame::{Frame, Version};
pub use time::Timestamp;

/// Bytes that are not what the protocol allows, with the reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError(pub String);

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for DecodeError {}

impl From<serde_json::Error> for DecodeError {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}
