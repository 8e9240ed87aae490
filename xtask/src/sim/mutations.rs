//! Breaks a copy of the project on purpose, one patch at a time: the simulator has to find each.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::COMMAND;
use crate::dev::target_folder;
use crate::fault::{Outcome, Say, said};
use crate::place::Place;
use crate::proc::leashed;
use crate::test::bench::succeed;

/// One patch compiles, runs and shrinks within this time.
const LIMIT: Duration = Duration::from_secs(20 * 60);

/// Runs all of them; fails when one is not found.
pub fn run(place: &Place) -> Outcome {
    let folder = target_folder(place).join("mutations");
    let tree = folder.join("tree");
    let prefix = format!("{}/", tree.display());
    let mut copy = git(place.repo.as_path());
    copy.args(["checkout-index", "--all", "--force", "--prefix", &prefix]);
    succeed("git checkout-index", &mut copy, LIMIT)?;
    let mut missed = Vec::new();
    for patch in patches(&place.repo.join("crates/simulator/mutations"))? {
        let name = patch
            .file_stem()
            .and_then(OsStr::to_str)
            .unwrap_or_default();
        println!("\n{name}");
        apply(&tree, &folder, &patch, false)?;
        let cargo = || {
            let mut cargo = leashed("cargo");
            cargo.current_dir(&tree);
            cargo.env("CARGO_TARGET_DIR", folder.join("build"));
            cargo
        };
        // A patch that does not compile is not found: it is out of date.
        let build = [
            "build",
            "--locked",
            "--profile",
            "sim",
            "--package",
            "simulator",
        ];
        succeed("cargo build", cargo().args(build), LIMIT)?;
        let run = ["--", "--seeds", "6000"];
        let held = succeed("sim", cargo().args(COMMAND).args(run), LIMIT).is_ok();
        apply(&tree, &folder, &patch, true)?;
        if held {
            missed.push(name.to_owned());
        }
    }
    if missed.is_empty() {
        return Ok(());
    }
    Err(said(format!("not found: {}", missed.join(", "))))
}

fn patches(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let files = fs::read_dir(folder).say(|| format!("cannot read {}", folder.display()))?;
    let paths = files.filter_map(|file| Some(file.ok()?.path()));
    let mut patches: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "patch"))
        .collect();
    patches.sort();
    Ok(patches)
}

fn apply(tree: &Path, folder: &Path, patch: &Path, back: bool) -> Outcome {
    let mut git = git(tree);
    // The copy lies within the checkout; it is no part of it.
    git.env("GIT_CEILING_DIRECTORIES", folder);
    git.arg("apply")
        .args(back.then_some("--reverse"))
        .arg(patch);
    succeed("git apply", &mut git, LIMIT)
}

fn git(folder: &Path) -> Command {
    let mut git = leashed("git");
    git.current_dir(folder);
    git
}
