//! The running server: watched until it answers, stopped with its owner even when the owner is killed.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{Error, account::Account, error::Context};

const START_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(10);
const STEP: Duration = Duration::from_millis(10);

/// Waits for its standard input to close, which happens at the latest when its parent is gone.
const WATCH: &str = r#"
read -r _
kill -INT "$1" 2>/dev/null
while kill -0 "$1" 2>/dev/null; do sleep 0.1; done
if [ -n "$2" ]; then rm -rf "$2"; fi
"#;

/// How to stop the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Connections are ended and everything is written.
    Fast,
    /// Nothing is written; for data that nobody needs any more.
    Immediate,
}

/// A server process and the watch that outlives us.
#[derive(Debug)]
pub(crate) struct Process {
    server: Child,
    watch: Child,
}

impl Process {
    /// Starts `postgres` and waits until it takes connections.
    pub(crate) fn start(
        account: &Account,
        postgres: &Path,
        arguments: &[String],
        cluster: &Path,
        log: &Path,
        remove_after: Option<&Path>,
    ) -> Result<Self, Error> {
        // What a former life said last tells why it ended.
        let written = File::options().append(true).create(true).open(log);
        let written = written.context("write the log", log)?;
        let before = written.metadata().context("read the log", log)?.len();
        let errors = written.try_clone().context("write the log", log)?;
        // Its own process group: a Ctrl-C in the terminal reaches us alone, and we stop it in order.
        let mut server = account
            .command(postgres)
            .arg("-D")
            .arg(cluster)
            .args(arguments)
            .current_dir(cluster)
            .stdin(Stdio::null())
            .stdout(written)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .context("start", postgres)?;
        let watch = Command::new("/bin/sh")
            .args(["-c", WATCH, "watch", &server.id().to_string()])
            .arg(remove_after.unwrap_or(Path::new("")))
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        let watch = match watch {
            Ok(watch) => watch,
            Err(error) => {
                let _ = server.kill();
                return Err(Error::File {
                    what: "start",
                    path: "/bin/sh".into(),
                    error,
                });
            }
        };
        let mut process = Self { server, watch };
        process.wait_until_ready(cluster, log, before)?;
        Ok(process)
    }

    fn wait_until_ready(&mut self, cluster: &Path, log: &Path, before: u64) -> Result<(), Error> {
        let what = "start PostgreSQL";
        let deadline = Instant::now() + START_LIMIT;
        while !is_ready(cluster, self.server.id()) {
            if self.has_ended() {
                // The watch goes, too: it would remove a folder that another attempt may use.
                self.stop(Stop::Immediate);
                return Err(Error::Failed {
                    what,
                    said: complaint(log, before),
                });
            }
            if Instant::now() > deadline {
                self.stop(Stop::Immediate);
                return Err(Error::Failed {
                    what,
                    said: "it was not ready after a minute".to_owned(),
                });
            }
            thread::sleep(STEP);
        }
        Ok(())
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.server.try_wait(), Ok(None))
    }

    /// Stops the server and waits until it is gone.
    pub(crate) fn stop(&mut self, how: Stop) {
        let signals = match how {
            Stop::Fast => ["INT", "QUIT"],
            Stop::Immediate => ["QUIT", "QUIT"],
        };
        for signal in signals {
            if !self.has_ended() {
                send(signal, self.server.id());
                self.wait(STOP_LIMIT);
            }
        }
        if !self.has_ended() {
            // The last resort leaves recovery to the next start.
            let _ = self.server.kill();
            let _ = self.server.wait();
        }
        // The watch would end by itself, but must not act on a number that another process may get.
        let _ = self.watch.kill();
        let _ = self.watch.wait();
    }

    fn wait(&mut self, limit: Duration) {
        let deadline = Instant::now() + limit;
        while !self.has_ended() && Instant::now() < deadline {
            thread::sleep(STEP);
        }
    }
}

fn send(signal: &str, process: u32) {
    let _ = Command::new("/bin/sh")
        .args([
            "-c",
            r#"kill -s "$1" "$2""#,
            "send",
            signal,
            &process.to_string(),
        ])
        .stderr(Stdio::null())
        .status();
}

/// The eighth line of `postmaster.pid` is the server's state, the first its process.
fn is_ready(cluster: &Path, process: u32) -> bool {
    let Ok(file) = fs::read_to_string(cluster.join("postmaster.pid")) else {
        return false;
    };
    let mut lines = file.lines().map(str::trim);
    lines.next() == Some(process.to_string().as_str()) && lines.nth(6) == Some("ready")
}

/// What the log, `before` bytes of which are older, says went wrong.
fn complaint(log: &Path, before: u64) -> String {
    let mut text = String::new();
    if let Ok(mut file) = File::open(log) {
        // An unreadable log leaves the text empty, which is told below.
        let _ = file.seek(SeekFrom::Start(before));
        let _ = file.read_to_string(&mut text);
    }
    let line = text
        .lines()
        .find(|line| line.contains("FATAL:") || line.contains("PANIC:"))
        .or_else(|| text.lines().last())
        .unwrap_or("it ended without a word");
    format!("{line} (see {})", log.display())
}

/// Ends a server that a killed owner left on `cluster`, and forgets one that is only remembered.
pub(crate) fn clear_leftover(
    account: &Account,
    pg_ctl: &Path,
    cluster: &Path,
) -> Result<(), Error> {
    let pid_file = cluster.join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&pid_file) else {
        return Ok(());
    };
    let process = text.lines().next().unwrap_or_default().trim().to_owned();
    // PostgreSQL works inside its data directory, so another program with the same number is told apart.
    let works_here = fs::read_link(format!("/proc/{process}/cwd"))
        .is_ok_and(|cwd| Some(cwd) == fs::canonicalize(cluster).ok());
    if works_here || !Path::new("/proc/self").exists() {
        let output = account
            .command(pg_ctl)
            .args(["stop", "-m", "fast", "-w", "-t", "30", "-D"])
            .arg(cluster)
            .current_dir("/")
            .output()
            .context("run", pg_ctl)?;
        if output.status.success() {
            return Ok(());
        }
    }
    match fs::remove_file(&pid_file) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::File {
            what: "remove",
            path: pid_file,
            error,
        }),
    }
}
