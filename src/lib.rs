//! The tavern as a page: live tables on the screen, intents back to the engine.
//!
//! The engine in `crates/sync` decides everything that can be wrong. Here is the thin shell around it:
//! [`driver`] owns the engine and the browser's socket, requests and timers; [`live`] turns what changed
//! into signals; [`pages`] and [`parts`] show them. Start with [`app`].

pub mod account;
pub mod app;
pub mod config;
pub mod driver;
pub mod format;
pub mod live;
pub mod pages;
pub mod parts;
pub mod route;
pub mod wording;
