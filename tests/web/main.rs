//! Components in a real browser, over tables that the test fills by hand.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod composer;
mod conflict;
mod focus;
mod inbox;
mod lull;
mod messages;
mod names;
mod outbox;
mod queue;
mod rows;
mod stage;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
