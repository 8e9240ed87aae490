//! Python and the packages of its registry that a test suite of ours drives, apart from the system's own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::fault::{Outcome, Say, said};
use crate::place::{Place, on_path};
use crate::proc::capture;
use crate::setup::apt;
use crate::setup::step::{Plan, Step, ensure as ensure_step, finish, partial};

/// The oldest Python that the official client runs on.
const OLDEST: (u32, u32) = (3, 11);
/// Names under which a Python that is new enough may be found; the first that is wins.
const NAMES: [&str; 5] = [
    "python3",
    "python3.14",
    "python3.13",
    "python3.12",
    "python3.11",
];
/// What to install, each version and file by its hash.
const LOCK: &str = "crates/local-supabase/tests/compat/python/requirements.txt";
/// The package that all others are there for.
const PACKAGE: &str = "supabase";
/// What the folder was made from, kept inside of it.
const STAMP: &str = ".made-from";
/// Prints what compiled packages depend on.
const DESCRIBE: &str = "import sys, sysconfig; \
    print(*sys.version_info[:2], sys.implementation.cache_tag, sysconfig.get_platform())";

/// A Python and the folder of the packages it is to import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Python {
    /// The interpreter.
    pub program: PathBuf,
    /// For `PYTHONPATH`.
    pub packages: PathBuf,
}

impl Python {
    /// A command that imports our packages, and none that a person installed for themselves.
    pub fn prepare(&self, command: &mut Command) {
        command
            .env("PYTHONPATH", &self.packages)
            .env("PYTHONNOUSERSITE", "1")
            .env("PYTHONDONTWRITEBYTECODE", "1");
    }
}

/// Finds the packages of the lock file, or brings them.
pub fn ensure(place: &Place) -> Outcome<Python> {
    let path = place.repo.join(LOCK);
    let lock = fs::read_to_string(&path).say(|| format!("cannot read {}", path.display()))?;
    let version = locked_version(&lock)
        .ok_or_else(|| said(format!("{LOCK} names no {PACKAGE}: restore it from git")))?;
    let packages = place.tool("supabase-py", version);
    let plan = Plan {
        name: "python-packages",
        why: "compatibility tests of the Python client",
        about: "half a minute, once",
    };
    let check = || {
        let (program, described) = interpreter()?;
        let made = fs::read_to_string(packages.join(STAMP)).ok()?;
        (made == recipe(&described, &lock)).then(|| Python {
            program,
            packages: packages.clone(),
        })
    };
    ensure_step(place, &plan, check, |step| {
        let (program, described) = with_pip(place, step)?;
        let folder = partial(&packages)?;
        let mut pip = Command::new(&program);
        pip.args(["-m", "pip", "--quiet", "--disable-pip-version-check"])
            .args(["install", "--no-cache-dir", "--require-hashes", "--no-deps"])
            // Nothing is to be compiled: each package has a wheel for the common machines.
            .args(["--only-binary", ":all:", "--target"])
            .arg(&folder)
            .arg("--requirement")
            .arg(&path);
        let advice = "once the Python package registry answers, run the command again";
        step.run("pip install", &mut pip, advice)?;
        let stamp = folder.join(STAMP);
        fs::write(&stamp, recipe(&described, &lock))
            .say(|| format!("cannot write {}", stamp.display()))?;
        finish(&folder, &packages)
    })
}

/// A Python that has pip; as root on Debian both are installed when they are missing.
fn with_pip(place: &Place, step: &Step) -> Outcome<(PathBuf, String)> {
    let find = || interpreter().filter(|(program, _)| has_pip(program));
    if let Some(found) = find() {
        return Ok(found);
    }
    let packages = ["python3", "python3-pip"];
    if !place.root && apt::here() {
        return Err(step.failed("looking for Python with pip", &without_root(&packages)));
    }
    apt::install(place, step, &packages, || find().is_some())?;
    find().ok_or_else(|| {
        let (major, minor) = OLDEST;
        step.failed(
            "looking for Python",
            &format!(
                "install Python {major}.{minor} or newer with pip, then run the command again"
            ),
        )
    })
}

/// What to do where packages cannot be installed by us.
fn without_root(packages: &[&str]) -> String {
    let (major, minor) = OLDEST;
    format!(
        "run `{}`; or, where you may not, install Python {major}.{minor} or newer in your home so that `python3 -m pip --version` answers, for example with https://docs.astral.sh/uv: `uv python install --default` and its folder on PATH; then run the command again",
        apt::command(packages)
    )
}

/// A Python that is new enough, with pip if there is one that has it, and what it says of itself.
fn interpreter() -> Option<(PathBuf, String)> {
    let found = NAMES.iter().filter_map(|name| {
        let program = on_path(name)?;
        let described = capture(Command::new(&program).args(["-c", DESCRIBE]))?;
        new_enough(&described).then_some((program, described))
    });
    let found: Vec<_> = found.collect();
    let with_pip = found.iter().find(|(program, _)| has_pip(program));
    with_pip.or(found.first()).cloned()
}

fn has_pip(program: &PathBuf) -> bool {
    capture(Command::new(program).args(["-m", "pip", "--version"])).is_some()
}

/// Whether `3 11 cpython-311 linux-x86_64` is a Python that will do.
fn new_enough(described: &str) -> bool {
    let mut numbers = described.split_whitespace().map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= OLDEST,
        _ => false,
    }
}

/// Tells a folder that must be made again, for another Python or with other packages.
fn recipe(described: &str, lock: &str) -> String {
    format!("{}\n{lock}", described.trim())
}

/// The version in `supabase==2.34.1 \`.
fn locked_version(lock: &str) -> Option<&str> {
    lock.lines().find_map(|line| {
        let rest = line.strip_prefix(PACKAGE)?.strip_prefix("==")?;
        rest.split_whitespace().next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_package_itself_gives_its_version() {
        let lock = "supabase-auth==1.0 \\\n    --hash=sha256:00\nsupabase==2.34.1 \\\n";
        assert_eq!(locked_version(lock), Some("2.34.1"));
        assert_eq!(locked_version("supabase-auth==1.0"), None);
    }

    #[test]
    fn an_old_python_or_a_strange_answer_will_not_do() {
        assert!(new_enough("3 11 cpython-311 linux-x86_64"));
        assert!(new_enough("4 0 cpython-400 linux-x86_64"));
        assert!(!new_enough("3 9 cpython-39 linux-x86_64"));
        assert!(!new_enough("pyenv: python3: command not found"));
    }

    #[test]
    fn without_root_both_ways_are_told() {
        let advice = without_root(&["python3", "python3-pip"]);
        assert!(
            advice.contains("sudo apt-get install --no-install-recommends python3 python3-pip")
        );
        assert!(advice.contains("in your home"), "{advice}");
    }

    #[test]
    fn this_checkout_locks_the_client() {
        let repo = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .unwrap();
        let lock = fs::read_to_string(repo.join(LOCK)).unwrap();
        assert!(locked_version(&lock).is_some());
        assert!(lock.contains("--hash=sha256:"));
    }
}
