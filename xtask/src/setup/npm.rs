//! Packages of the npm registry: single tools into the tools folder, and `npm ci` for our own tests.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fault::{Outcome, Say, said};
use crate::place::{Place, on_path};
use crate::setup::cargo_tool::version_of;
use crate::setup::step::{Plan, Step, ensure, finish, partial};

/// The oldest Node.js that the end-to-end tests' tools run on.
const OLDEST_NODE: u32 = 20;

/// A copy of the lock file that `node_modules` was made from, kept inside of it.
const STAMP: &str = "node_modules/.made-from";

/// Makes sure that Node.js and npm are there; installing them is left to the person.
pub fn check() -> Outcome {
    let advice = format!(
        "install Node.js {OLDEST_NODE} or newer together with npm, then run the command again"
    );
    let Some(node) = on_path("node") else {
        return Err(said(format!("Node.js is missing: {advice}")));
    };
    let version = version_of(&node, &[]).unwrap_or_default();
    let major: u32 = version
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .unwrap_or(0);
    if major < OLDEST_NODE {
        return Err(said(format!(
            "Node.js is of version {version}, which is too old: {advice}"
        )));
    }
    if on_path("npm").is_none() {
        return Err(said(format!("npm is missing: {advice}")));
    }
    Ok(())
}

/// An npm that asks and tells nothing beyond its task.
pub fn quiet() -> Command {
    let mut npm = Command::new("npm");
    npm.args([
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--loglevel=error",
    ]);
    // Debian's browser is used instead, and this download could not be had everywhere.
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    npm
}

/// Installs one package with exact version into a folder that is renamed to `target` at the end.
pub fn install(
    step: &Step,
    package: &str,
    target: &Path,
    then: impl FnOnce(&Path) -> Outcome,
) -> Outcome {
    let folder = partial(target)?;
    let mut npm = quiet();
    npm.args([
        "install",
        "--no-save",
        "--ignore-scripts",
        package,
        "--prefix",
    ])
    .arg(&folder)
    .current_dir(&folder);
    let advice = "once the npm registry answers, run the command again";
    step.run(&format!("npm install {package}"), &mut npm, advice)?;
    then(&folder)?;
    finish(&folder, target)
}

/// The folder of binaryen's `wasm-opt`, which makes the released page small.
pub fn ensure_binaryen(place: &Place) -> Outcome<PathBuf> {
    const VERSION: &str = "132.0.0";
    let plan = Plan {
        name: "binaryen",
        why: "wasm-opt makes the page small",
        about: "half a minute, once",
    };
    let target = place.tool("binaryen", VERSION);
    let bin = target.join("bin");
    ensure(
        place,
        &plan,
        || bin.join("wasm-opt").is_file().then(|| bin.clone()),
        |step| {
            install(step, &format!("binaryen@{VERSION}"), &target, |folder| {
                let link = folder.join("bin");
                symlink("node_modules/.bin", &link)
                    .say(|| format!("cannot create {}", link.display()))
            })
        },
    )
}

/// Brings `node_modules` of one of our folders up to date with its lock file.
pub fn ensure_modules(place: &Place, folder: &str, plan: &Plan) -> Outcome {
    let home = place.repo.join(folder);
    let Ok(lock) = fs::read(home.join("package-lock.json")) else {
        return Ok(());
    };
    let current = || {
        fs::read(home.join(STAMP))
            .is_ok_and(|stamp| stamp == lock)
            .then_some(())
    };
    ensure(place, plan, current, |step| {
        let advice = format!("once the npm registry answers, run `npm ci` in {folder}");
        step.run(
            &format!("npm ci in {folder}"),
            quiet().arg("ci").current_dir(&home),
            &advice,
        )?;
        fs::write(home.join(STAMP), &lock)
            .say(|| format!("cannot write into {}", home.join("node_modules").display()))
    })
}

/// The name of this platform in npm packages that carry compiled programs, such as `linux-x64`.
pub fn platform() -> String {
    let system = if env::consts::OS == "macos" {
        "darwin"
    } else {
        env::consts::OS
    };
    let processor = match env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}-{processor}")
}
