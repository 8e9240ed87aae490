//! Trunk, which builds the page and serves it while developing.

use std::path::PathBuf;

use crate::fault::Outcome;
use crate::place::Place;
use crate::setup::cargo_tool::{Tool, ensure_tool};
use crate::setup::step::Plan;

/// The newest that the project's Rust compiles; later ones ask for a newer compiler.
const VERSION: &str = "0.21.14";

/// The folder trunk is in.
pub fn ensure(place: &Place) -> Outcome<PathBuf> {
    ensure_tool(
        place,
        &Tool {
            plan: Plan {
                name: "trunk",
                why: "builds and serves the page",
                about: "3 to 6 minutes on two cores, once",
            },
            package: "trunk",
            program: "trunk",
            before: &[],
            version: VERSION,
            locked: true,
        },
    )
}
