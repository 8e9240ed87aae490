//! The parts of a test run, in the order in which they find mistakes cheapest.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::dev::target_folder;
use crate::fault::{Outcome, Say, said};
use crate::place::Place;
use crate::proc::Group;
use crate::setup::TestKit;
use crate::size;
use crate::test::page;

/// One part.
pub struct Part {
    /// Its name for `--only` and in the table.
    pub name: &'static str,
    /// What it checks, in a few words.
    pub what: &'static str,
    /// Parts before it that it builds on.
    pub needs: &'static [&'static str],
    /// Runs it, within a time limit.
    pub run: fn(&Bench<'_>, Duration) -> Outcome,
}

/// All parts.
pub const PARTS: [Part; 10] = [
    Part {
        name: "fmt",
        what: "the code is laid out by rustfmt",
        needs: &[],
        run: fmt,
    },
    Part {
        name: "clippy",
        what: "clippy finds nothing in code for this machine",
        needs: &[],
        run: clippy,
    },
    Part {
        name: "clippy-web",
        what: "clippy finds nothing in code for the browser",
        needs: &[],
        run: clippy_web,
    },
    Part {
        name: "build",
        what: "programs and native tests compile",
        needs: &[],
        run: build,
    },
    Part {
        name: "native",
        what: "unit tests, and the server's against a real PostgreSQL",
        needs: &["build"],
        run: native,
    },
    Part {
        name: "doc",
        what: "examples in the documentation",
        needs: &["build"],
        run: doc,
    },
    Part {
        name: "web",
        what: "browser code in headless Chromium",
        needs: &[],
        run: web,
    },
    Part {
        name: "page",
        what: "the page builds as it is released",
        needs: &[],
        run: page,
    },
    Part {
        name: "compat",
        what: "the official client against the local Supabase",
        needs: &["build"],
        run: compat,
    },
    Part {
        name: "e2e",
        what: "people in separate browsers, end to end",
        needs: &["build", "page"],
        run: e2e,
    },
];

/// What the parts work with.
pub struct Bench<'a> {
    place: &'a Place,
    tools: TestKit,
    webdriver: PathBuf,
}

impl<'a> Bench<'a> {
    /// Prepares the settings that the browser is started with.
    pub fn new(place: &'a Place, tools: TestKit) -> Outcome<Self> {
        let webdriver = place.local.join("webdriver.json");
        let settings = capabilities(&tools.browser.chromium, place.root).to_string();
        fs::write(&webdriver, settings).say(|| format!("cannot write {}", webdriver.display()))?;
        Ok(Self {
            place,
            tools,
            webdriver,
        })
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = self.tools.kit.native(self.place, "cargo");
        cargo.args(arguments);
        cargo.env("TAVERN_POSTGRES_BIN", &self.tools.postgres);
        cargo
    }

    fn web_cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = self.tools.kit.web(self.place, "cargo");
        cargo.args(arguments).args([
            "--locked",
            "--package",
            "tavern",
            "--target",
            "wasm32-unknown-unknown",
        ]);
        cargo
    }

    /// A program of the npm world that drives the local Supabase.
    fn client(&self, program: impl AsRef<Path>, folder: &Path) -> Command {
        let mut command = self
            .tools
            .kit
            .native(self.place, &program.as_ref().to_string_lossy());
        command
            .current_dir(folder)
            .env(
                "LOCAL_SUPABASE_BIN",
                target_folder(self.place).join("debug/local-supabase"),
            )
            .env("TAVERN_DIST", self.place.repo.join("dist"))
            .env("TAVERN_POSTGRES_BIN", &self.tools.postgres)
            .env("CHROMIUM", &self.tools.browser.chromium);
        command
    }

    /// A folder of the checkout that this part is about; a part that tests nothing must not pass.
    fn folder(&self, path: &str, holds: &str) -> Outcome<PathBuf> {
        let folder = self.place.repo.join(path);
        if folder.join(holds).exists() {
            Ok(folder)
        } else {
            Err(said(format!(
                "{path}/{holds} is missing: restore it from git"
            )))
        }
    }
}

/// Runs a command whose output people see; its failure is the part's.
fn succeed(name: &str, command: &mut Command, limit: Duration) -> Outcome {
    let status = Group::start(name, command.stdin(Stdio::null()))?.wait(limit, |_| ())?;
    if status.success() {
        Ok(())
    } else {
        Err(said(format!(
            "{name} ended with {status}, its output is above"
        )))
    }
}

fn fmt(bench: &Bench<'_>, limit: Duration) -> Outcome {
    succeed(
        "cargo fmt",
        &mut bench.cargo(&["fmt", "--all", "--check"]),
        limit,
    )
    .map_err(|fault| said(format!("{fault}; `cargo fmt --all` mends it")))
}

fn clippy(bench: &Bench<'_>, limit: Duration) -> Outcome {
    let arguments = [
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ];
    succeed("cargo clippy", &mut bench.cargo(&arguments), limit)
}

fn clippy_web(bench: &Bench<'_>, limit: Duration) -> Outcome {
    let mut cargo = bench.web_cargo(&["clippy", "--all-targets"]);
    succeed(
        "cargo clippy",
        cargo.args(["--", "--deny", "warnings"]),
        limit,
    )
}

fn build(bench: &Bench<'_>, limit: Duration) -> Outcome {
    succeed(
        "cargo nextest",
        &mut bench.cargo(&["nextest", "run", "--locked", "--workspace", "--no-run"]),
        limit,
    )?;
    let server = target_folder(bench.place).join("debug/local-supabase");
    if server.exists() {
        Ok(())
    } else {
        Err(said(format!("{} was not built", server.display())))
    }
}

fn native(bench: &Bench<'_>, limit: Duration) -> Outcome {
    succeed(
        "cargo nextest",
        &mut bench.cargo(&["nextest", "run", "--locked", "--workspace"]),
        limit,
    )
}

fn doc(bench: &Bench<'_>, limit: Duration) -> Outcome {
    succeed(
        "cargo test",
        &mut bench.cargo(&["test", "--locked", "--workspace", "--doc"]),
        limit,
    )
}

fn web(bench: &Bench<'_>, limit: Duration) -> Outcome {
    bench
        .folder("tests", "web")
        .or_else(|_| bench.folder("tests", "web.rs"))?;
    let mut cargo = bench.web_cargo(&["test", "--test", "web"]);
    cargo
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        )
        .env("CHROMEDRIVER", &bench.tools.browser.driver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &bench.webdriver)
        // A shared machine can be slow to start a browser.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30");
    succeed("cargo test", &mut cargo, limit)
}

fn page(bench: &Bench<'_>, limit: Duration) -> Outcome {
    page::build(bench.place, &bench.tools.kit, limit)?;
    println!("\n{}", size::table(&bench.place.repo.join("dist"))?);
    Ok(())
}

fn compat(bench: &Bench<'_>, limit: Duration) -> Outcome {
    let folder = bench.folder("crates/local-supabase/tests/compat", "package-lock.json")?;
    succeed(
        "node --test",
        bench.client("node", &folder).arg("--test"),
        limit,
    )
}

fn e2e(bench: &Bench<'_>, limit: Duration) -> Outcome {
    let folder = bench.folder("tests/e2e", "package-lock.json")?;
    let playwright = folder.join("node_modules/.bin/playwright");
    succeed(
        "playwright",
        bench.client(playwright, &folder).arg("test"),
        limit,
    )
}

/// How chromedriver is to start the browser.
fn capabilities(chromium: &Path, root: bool) -> Value {
    let mut arguments = vec![
        "--headless",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ];
    if root {
        // Chromium's sandbox refuses root.
        arguments.push("--no-sandbox");
    }
    json!({ "goog:chromeOptions": { "binary": chromium, "args": arguments } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_goes_without_the_sandbox() {
        let arguments = |root| {
            capabilities(Path::new("/usr/bin/chromium"), root)["goog:chromeOptions"]["args"]
                .to_string()
        };
        assert!(arguments(true).contains("--no-sandbox"));
        assert!(!arguments(false).contains("--no-sandbox"));
    }
}
