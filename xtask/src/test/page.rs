//! The page: as it is released, built by trunk into `dist`, and as it is while one works on it.

mod sheets;

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::fault::{Outcome, Say, said};
use crate::place::Place;
use crate::proc::Group;
use crate::setup::{Kit, tame_trunk};

/// No build of the page may take longer.
pub const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Makes views behind pointers, so that their code is shared instead of compiled anew for each
/// (docs/decisions/0025).
const SMALL: (&str, &str) = (
    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
    "--cfg erase_components",
);

/// Builds the page as it would be deployed, and makes sure that it is there.
pub fn build(place: &Place, kit: &Kit, limit: Duration) -> Outcome {
    let mut trunk = kit.web(place, "trunk");
    tame_trunk(&mut trunk);
    trunk
        .args(["build", "--release", "--dist", "dist"])
        .env(SMALL.0, SMALL.1);
    finish(&mut trunk, limit)?;
    let dist = place.repo.join("dist");
    let mut names = dist
        .read_dir()
        .say(|| format!("cannot read {}", dist.display()))?
        .flatten()
        .map(|entry| entry.file_name());
    if !names.any(|name| name.to_string_lossy().ends_with(".wasm")) {
        return Err(said(format!(
            "trunk reported success, but {} holds no .wasm file",
            dist.display()
        )));
    }
    sheets::join(&dist)
}

/// Builds the page with what helps to work on it, apart from the released one; gives its folder.
pub fn build_for_development(place: &Place, kit: &Kit, limit: Duration) -> Outcome<PathBuf> {
    let dist = place.local.join("page-for-development");
    let mut trunk = kit.web(place, "trunk");
    tame_trunk(&mut trunk);
    trunk.args(["build", "--dist"]).arg(&dist);
    finish(&mut trunk, limit)?;
    Ok(dist)
}

fn finish(trunk: &mut Command, limit: Duration) -> Outcome {
    // Whatever a person has set for `dev` is not what gets built here.
    trunk.stdin(Stdio::null()).env_remove("TAVERN_CONFIG");
    let status = Group::start("trunk build", trunk)?.wait(limit, |_| ())?;
    if status.success() {
        Ok(())
    } else {
        Err(said("trunk could not build the page, as told above"))
    }
}
