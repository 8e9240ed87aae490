//! One step of the setup: checks first, says what it does and why, runs into a log, verifies.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::fault::{Fault, Outcome, Say, said};
use crate::place::Place;
use crate::proc::{GLANCE, Group, stopping};
use crate::report::{Ticker, span};

/// No single command of the setup may take longer.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// What a step says before it starts.
pub struct Plan {
    /// What gets installed; also the name of its log.
    pub name: &'static str,
    /// Why the project wants it, in a few words.
    pub why: &'static str,
    /// About how long that takes, in a few words.
    pub about: &'static str,
}

/// A step that found something missing and now installs it.
pub struct Step {
    name: &'static str,
    log: PathBuf,
}

/// Gives what `check` finds, after `install` where it found nothing at first.
pub fn ensure<T>(
    place: &Place,
    plan: &Plan,
    check: impl Fn() -> Option<T>,
    install: impl FnOnce(&Step) -> Outcome,
) -> Outcome<T> {
    if let Some(found) = check() {
        return Ok(found);
    }
    let _lock = lock(place)?;
    if let Some(found) = check() {
        return Ok(found);
    }
    let Plan { name, why, about } = plan;
    let log = place.log(name);
    fs::write(&log, "").say(|| format!("cannot write {}", log.display()))?;
    eprintln!("setup: {name} ({why}), {about}; log: {}", log.display());
    let start = Instant::now();
    let step = Step { name, log };
    install(&step)?;
    let found = check().ok_or_else(|| {
        step.failed(
            "the check afterwards",
            "it was installed, but does not answer",
        )
    })?;
    eprintln!("setup: {name}: done in {}", span(start.elapsed()));
    Ok(found)
}

impl Step {
    /// A step of a test.
    #[cfg(test)]
    pub fn logged(log: PathBuf) -> Self {
        Self { name: "test", log }
    }

    /// Runs one command of the step; whether it succeeded.
    pub fn tried(&self, what: &str, command: &mut Command) -> Outcome<bool> {
        let log = || {
            File::options()
                .append(true)
                .open(&self.log)
                .say(|| format!("cannot write {}", self.log.display()))
        };
        command.stdin(Stdio::null()).stdout(log()?).stderr(log()?);
        let group = Group::start(&format!("{}: {what}", self.name), command)?;
        let mut ticker = Ticker::new(what);
        let status = group.wait(LIMIT, |elapsed| ticker.tick(elapsed));
        ticker.clear();
        Ok(status?.success())
    }

    /// Runs one command of the step; a failure says `advice`.
    pub fn run(&self, what: &str, command: &mut Command, advice: &str) -> Outcome {
        if self.tried(what, command)? {
            Ok(())
        } else {
            Err(self.failed(what, advice))
        }
    }

    /// The one sentence of a failed step.
    pub fn failed(&self, what: &str, advice: &str) -> Fault {
        said(format!(
            "{}: {what} failed: {advice} (details: {})",
            self.name,
            self.log.display()
        ))
    }
}

/// Takes the lock of the tools folder, telling when another setup holds it.
fn lock(place: &Place) -> Outcome<File> {
    let path = place.tools.join("lock");
    let file = File::create(&path).say(|| format!("cannot write {}", path.display()))?;
    let mut told = false;
    while file.try_lock().is_err() {
        if stopping() {
            return Err(Fault::Stopped);
        }
        if !told {
            eprintln!(
                "setup: another setup is at work on {}; waiting for it",
                place.tools.display()
            );
            told = true;
        }
        thread::sleep(GLANCE);
    }
    Ok(file)
}

/// A new empty folder beside `target`, to be renamed onto it once complete.
pub fn partial(target: &std::path::Path) -> Outcome<PathBuf> {
    let name = target
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let folder = target.with_file_name(format!(".partial-{name}"));
    clear(&folder)?;
    fs::create_dir_all(&folder).say(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

/// Puts a complete folder in its place.
pub fn finish(partial: &std::path::Path, target: &std::path::Path) -> Outcome {
    clear(target)?;
    fs::rename(partial, target)
        .say(|| format!("cannot move {} to {}", partial.display(), target.display()))
}

/// Removes a folder if it is there.
pub fn clear(folder: &std::path::Path) -> Outcome {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).say(|| format!("cannot remove {}", folder.display()))
}
