//! Child processes: each long one leads a process group of its own, and none outlives its `Group`.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::fault::{Fault, Outcome, Say, said};

/// How many times somebody asked us to stop.
static STOPS: AtomicUsize = AtomicUsize::new(0);

/// How often a waiting loop looks at its child.
pub const GLANCE: Duration = Duration::from_millis(50);

/// From now on Ctrl-C, SIGTERM and SIGHUP are counted instead of ending this process.
pub fn watch_signals() -> Outcome {
    ctrlc::set_handler(|| {
        STOPS.fetch_add(1, Ordering::SeqCst);
    })
    .say(|| "cannot listen for Ctrl-C".into())
}

/// Whether somebody asked us to stop.
pub fn stopping() -> bool {
    STOPS.load(Ordering::SeqCst) > 0
}

/// A command that the system ends should this process die without a chance to do it itself.
///
/// Where `setpriv` is missing (it is part of util-linux) this is the plain command.
pub fn leashed(program: impl AsRef<OsStr>) -> Command {
    if !Path::new("/usr/bin/setpriv").exists() {
        return Command::new(program);
    }
    let mut command = Command::new("/usr/bin/setpriv");
    command.args(["--pdeathsig", "TERM", "--"]).arg(program);
    command
}

/// Runs a short command to its end: its standard output, trimmed, if it could run and succeeded.
pub fn capture(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A running child with everything it started.
pub struct Group {
    name: String,
    child: Child,
    ended: Option<ExitStatus>,
}

impl Group {
    /// Starts the command as the leader of a new process group.
    pub fn start(name: &str, command: &mut Command) -> Outcome<Self> {
        let child = command
            .process_group(0)
            .spawn()
            .say(|| format!("cannot start {name} ({})", command.get_program().display()))?;
        Ok(Self {
            name: name.to_owned(),
            child,
            ended: None,
        })
    }

    /// The child itself, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// How the child ended, if it has.
    pub fn ended(&mut self) -> Outcome<Option<ExitStatus>> {
        if self.ended.is_none() {
            self.ended = self
                .child
                .try_wait()
                .say(|| format!("cannot wait for {}", self.name))?;
        }
        Ok(self.ended)
    }

    /// Waits for the end, calling `tick` with the time since the start now and then.
    ///
    /// Ctrl-C, or `limit` running out, stops the whole group and is a fault.
    pub fn wait(mut self, limit: Duration, mut tick: impl FnMut(Duration)) -> Outcome<ExitStatus> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if stopping() {
                return Err(Fault::Stopped);
            }
            if start.elapsed() > limit {
                return Err(said(format!(
                    "{} took longer than {} minutes and was stopped",
                    self.name,
                    limit.as_secs() / 60
                )));
            }
            tick(start.elapsed());
            thread::sleep(GLANCE);
        }
    }

    /// Sends the group what a terminal's Ctrl-C would, then insists; a second Ctrl-C insists at once.
    fn stop(&mut self) {
        // Closing our end of its standard input is the politest request some children know.
        drop(self.child.stdin.take());
        let patience = [
            (Signal::SIGINT, 15),
            (Signal::SIGTERM, 5),
            (Signal::SIGKILL, 5),
        ];
        for (signal, seconds) in patience {
            let end = Instant::now() + Duration::from_secs(seconds);
            self.signal(signal);
            while Instant::now() < end {
                if matches!(self.ended(), Ok(Some(_)) | Err(_)) {
                    // What the leader left behind has no reason to stay.
                    self.signal(Signal::SIGKILL);
                    return;
                }
                if STOPS.load(Ordering::SeqCst) > 1 {
                    self.signal(Signal::SIGKILL);
                }
                thread::sleep(GLANCE);
            }
        }
    }

    fn signal(&self, signal: Signal) {
        let Ok(leader) = i32::try_from(self.child.id()) else {
            return;
        };
        // An error here says that nobody of the group is left, which is what we want.
        let _ = killpg(Pid::from_raw(leader), signal);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.ended.is_none() {
            self.stop();
        } else {
            self.signal(Signal::SIGKILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_group_takes_its_grandchildren_along() {
        let mut command = Command::new("sh");
        command
            .args(["-c", "sleep 60 & echo $!; wait"])
            .stdout(Stdio::piped());
        let mut group = Group::start("sh", &mut command).unwrap();
        let mut line = String::new();
        let out = group.child().stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).unwrap();
        let pid = line.trim().to_owned();
        assert!(alive(&pid));
        drop(group);
        let end = Instant::now() + Duration::from_secs(5);
        while alive(&pid) {
            assert!(Instant::now() < end, "process {pid} outlived its group");
            thread::sleep(GLANCE);
        }
    }

    /// Whether the process runs; one that waits to be reaped does not count.
    fn alive(pid: &str) -> bool {
        std::fs::read_to_string(format!("/proc/{pid}/stat"))
            .is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[test]
    fn a_group_that_takes_too_long_is_stopped_with_a_sentence() {
        let mut command = Command::new("sleep");
        let group = Group::start("the nap", command.arg("60")).unwrap();
        let fault = group.wait(Duration::ZERO, |_| ()).unwrap_err();
        assert!(
            fault.to_string().starts_with("the nap took longer"),
            "{fault}"
        );
    }

    #[test]
    fn a_missing_program_is_named() {
        let fault = Group::start("the tool", &mut Command::new("no-such-program"))
            .err()
            .unwrap();
        assert!(
            fault.to_string().contains("the tool (no-such-program)"),
            "{fault}"
        );
    }

    #[test]
    fn capture_gives_output_only_of_success() {
        assert_eq!(
            capture(Command::new("echo").arg("hi")).as_deref(),
            Some("hi")
        );
        assert_eq!(capture(&mut Command::new("false")), None);
        assert_eq!(capture(&mut Command::new("no-such-program")), None);
    }
}
