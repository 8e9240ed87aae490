//! Downloads the crates that Cargo.lock names, so that every build after it works without network.

use std::process::Command;

use crate::fault::{Fault, Outcome, said};
use crate::place::Place;
use crate::proc::{Group, stopping};
use std::time::Duration;

/// Fetches what is missing; quick when nothing is.
pub fn ensure(place: &Place) -> Outcome {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "fetch",
        "--locked",
        "--quiet",
        "--target",
        "host-tuple",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    cargo
        .current_dir(&place.repo)
        .stdin(std::process::Stdio::null());
    let status = Group::start("downloading crates", &mut cargo)?
        .wait(Duration::from_secs(20 * 60), |_| ())?;
    if status.success() {
        return Ok(());
    }
    if stopping() {
        return Err(Fault::Stopped);
    }
    Err(said(
        "downloading crates failed, as told above: correct Cargo.toml or Cargo.lock, or run the command again once the registry answers",
    ))
}
