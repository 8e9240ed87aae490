//! Breaks a copy of the project on purpose, one mutation at a time: the simulator has to find each.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::COMMAND;
use crate::dev::target_folder;
use crate::fault::{Outcome, Say, said};
use crate::place::Place;
use crate::proc::leashed;
use crate::test::bench::succeed;

mod mutation;

use mutation::Mutation;

/// One mutation compiles, runs and shrinks within this time.
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
    for (name, mutation) in all(&place.repo)? {
        println!("\n{name}: {}", mutation.about);
        let before = mutation.apply(&tree)?;
        let cargo = || {
            let mut cargo = leashed("cargo");
            cargo.current_dir(&tree);
            cargo.env("CARGO_TARGET_DIR", folder.join("build"));
            cargo
        };
        // A mutation that does not compile is not found: it is out of date.
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
        for (file, text) in before {
            fs::write(tree.join(&file), text).say(|| format!("cannot write {file}"))?;
        }
        if held {
            missed.push(name);
        }
    }
    if missed.is_empty() {
        return Ok(());
    }
    Err(said(format!("not found: {}", missed.join(", "))))
}

/// All mutations, by name.
fn all(repo: &Path) -> Outcome<BTreeMap<String, Mutation>> {
    let folder = repo.join("crates/simulator/mutations");
    let files = fs::read_dir(&folder).say(|| format!("cannot read {}", folder.display()))?;
    let mut mutations = BTreeMap::new();
    for path in files.flatten().map(|file| file.path()) {
        let name = path.file_stem().and_then(OsStr::to_str).unwrap_or_default();
        let text = fs::read_to_string(&path).say(|| format!("cannot read {name}"))?;
        mutations.insert(name.to_owned(), Mutation::read(&text)?);
    }
    Ok(mutations)
}

fn git(folder: &Path) -> Command {
    let mut git = leashed("git");
    git.current_dir(folder);
    git
}
