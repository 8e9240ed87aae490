//! cargo-nextest, which runs the native tests; any version will do.

use std::path::PathBuf;

use crate::fault::Outcome;
use crate::place::{Place, on_path};
use crate::setup::cargo_tool::{Tool, ensure_tool};
use crate::setup::step::Plan;

/// The version to compile where there is none.
const VERSION: &str = "0.9.143";

/// The folder cargo-nextest is in.
pub fn ensure(place: &Place) -> Outcome<PathBuf> {
    if let Some(folder) = on_path("cargo-nextest").and_then(|file| file.parent().map(PathBuf::from))
    {
        return Ok(folder);
    }
    ensure_tool(
        place,
        &Tool {
            plan: Plan {
                name: "cargo-nextest",
                why: "runs the native tests",
                about: "3 to 6 minutes on two cores, once",
            },
            package: "cargo-nextest",
            program: "cargo-nextest",
            before: &["nextest"],
            version: VERSION,
            locked: true,
        },
    )
}
