//! The local Supabase: built, started, and heard until it says that it is ready.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::dev::still_running;
use crate::fault::{Fault, Outcome, said};
use crate::place::Place;
use crate::proc::{GLANCE, Group, leashed, stopping};
use crate::setup::Kit;
use crate::setup::postgres::Postgres;

/// A cold build compiles some 250 crates; nothing may take longer.
const BUILD_LIMIT: Duration = Duration::from_secs(40 * 60);

/// How the local Supabase is to run.
pub struct Asked {
    /// Port of its API.
    pub api_port: u16,
    /// Port of its PostgreSQL.
    pub db_port: u16,
    /// Whether it starts again from migrations and seed.
    pub reset: bool,
    /// What it keeps its data in.
    pub postgres: Postgres,
}

/// A Supabase project as the page needs to know it.
#[derive(Debug, PartialEq, Eq)]
pub struct Project {
    /// Address of the API.
    pub url: String,
    /// The publishable key.
    pub key: String,
    /// Address of the database, if it is ours.
    pub database: Option<String>,
}

impl Project {
    /// A project that runs elsewhere.
    pub fn hosted(url: &str, key: &str) -> Self {
        Self {
            url: url.into(),
            key: key.into(),
            database: None,
        }
    }

    /// The contents of the page's `config.json`.
    pub fn config(&self) -> String {
        serde_json::json!({ "supabase_url": self.url, "supabase_key": self.key }).to_string()
    }

    /// Reads the line that the server prints once everything answers.
    fn ready(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line.strip_prefix("ready ")?).ok()?;
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            url: text("api")?,
            key: text("publishable_key")?,
            database: Some(text("db")?),
        })
    }
}

/// Builds and starts it; returns once it is ready.
pub fn start(place: &Place, kit: &Kit, asked: &Asked) -> Outcome<(Project, Group)> {
    eprintln!("Building the local Supabase (some minutes the first time) …");
    let mut cargo = kit.native(place, "cargo");
    cargo
        .args(["build", "--locked", "--package", "local-supabase"])
        .stdin(Stdio::null());
    if !Group::start("cargo build", &mut cargo)?
        .wait(BUILD_LIMIT, |_| ())?
        .success()
    {
        return Err(said(
            "the local Supabase does not compile: mend what is named above and start again",
        ));
    }
    let mut command = leashed(target_folder(place).join("debug/local-supabase"));
    command
        .arg("--port")
        .arg(asked.api_port.to_string())
        .arg("--db-port")
        .arg(asked.db_port.to_string());
    command
        .arg("--data")
        .arg(place.local.join("postgres"))
        .arg("--project")
        .arg(place.repo.join("supabase"));
    command.arg("--exit-with-stdin");
    match &asked.postgres {
        Postgres::Running(url) => command.arg("--database-url").arg(url),
        Postgres::Programs(bin) => command.arg("--postgres-bin").arg(bin),
    };
    if asked.reset {
        command.arg("--reset");
    }
    // It ends when our end of this pipe closes, so it cannot outlive us.
    command
        .current_dir(&place.repo)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut server = Group::start("the local Supabase", &mut command)?;
    let lines = lines(&mut server);
    let project = listen(&mut server, &lines)?;
    Ok((project, server))
}

/// Where cargo puts what it builds.
pub fn target_folder(place: &Place) -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || place.repo.join("target"),
        |folder| place.repo.join(folder),
    )
}

/// The lines of its standard output, read on a thread so that a signal is noticed meanwhile.
fn lines(server: &mut Group) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(output) = server.child().stdout.take() {
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // Once ready, nobody listens any more; reading on keeps the pipe from filling up.
                let _ = sender.send(line);
            }
        });
    }
    receiver
}

fn listen(server: &mut Group, lines: &Receiver<String>) -> Outcome<Project> {
    loop {
        if stopping() {
            return Err(Fault::Stopped);
        }
        match lines.recv_timeout(GLANCE) {
            Ok(line) if line.starts_with("ready ") => {
                return Project::ready(&line).ok_or_else(|| {
                    said(format!(
                        "the local Supabase says that it is ready in words unknown here: {line}"
                    ))
                });
            }
            Ok(line) => eprintln!("{line}"),
            Err(RecvTimeoutError::Timeout) => still_running(server, "the local Supabase")?,
            Err(RecvTimeoutError::Disconnected) => {
                still_running(server, "the local Supabase")?;
                thread::sleep(GLANCE);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_becomes_the_pages_configuration() {
        let line = r#"ready {"api":"http://127.0.0.1:54321","db":"postgresql://p@h/d","publishable_key":"sb_publishable_x"}"#;
        let project = Project::ready(line).unwrap();
        assert_eq!(project.database.as_deref(), Some("postgresql://p@h/d"));
        let config: Value = serde_json::from_str(&project.config()).unwrap();
        assert_eq!(config["supabase_url"], "http://127.0.0.1:54321");
        assert_eq!(config["supabase_key"], "sb_publishable_x");
    }

    #[test]
    fn other_lines_are_not_taken_for_it() {
        for line in [
            "",
            "ready",
            "ready {}",
            r#"{"api":"a"}"#,
            r#"ready {"api":1,"db":"d","publishable_key":"k"}"#,
        ] {
            assert_eq!(Project::ready(line), None, "{line}");
        }
    }
}
