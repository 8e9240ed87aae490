//! The wasm-bindgen command, which must be of the very version that Cargo.lock names.

use std::path::PathBuf;

use crate::fault::Outcome;
use crate::place::Place;
use crate::setup::cargo_tool::{Tool, ensure_tool};
use crate::setup::lockfile::locked_version;
use crate::setup::step::Plan;

/// The folder wasm-bindgen and its test runner are in.
pub fn ensure(place: &Place) -> Outcome<PathBuf> {
    ensure_tool(
        place,
        &Tool {
            plan: Plan {
                name: "wasm-bindgen",
                why: "joins wasm and JavaScript",
                about: "1 to 2 minutes, once",
            },
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            before: &[],
            version: &locked_version(&place.repo, "wasm-bindgen")?,
            // Its lock file names a package version that not every registry mirror has.
            locked: false,
        },
    )
}
