//! What the parts of a test run work with: tools, folders and the environment of their commands.

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

/// What the parts work with.
pub struct Bench<'a> {
    /// Where things are.
    pub place: &'a Place,
    /// What setup found.
    pub tools: TestKit,
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

    /// Cargo for this machine.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = self.tools.kit.native(self.place, "cargo");
        cargo.args(arguments);
        cargo.env("TAVERN_POSTGRES_BIN", &self.tools.postgres);
        cargo
    }

    /// Cargo for the browser, about the page's package.
    pub fn web_cargo(&self, arguments: &[&str]) -> Command {
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
    pub fn client(&self, program: impl AsRef<Path>, folder: &Path) -> Command {
        let mut command = self
            .tools
            .kit
            .native(self.place, &program.as_ref().to_string_lossy());
        command
            .current_dir(folder)
            .env("LOCAL_SUPABASE_BIN", self.server())
            .env("FAULT_PROXY_BIN", self.proxy())
            .env("TAVERN_DIST", self.place.repo.join("dist"))
            .env("TAVERN_POSTGRES_BIN", &self.tools.postgres)
            .env("CHROMIUM", &self.tools.browser.chromium);
        command
    }

    /// The local Supabase that the build part makes.
    pub fn server(&self) -> PathBuf {
        target_folder(self.place).join("debug/local-supabase")
    }

    /// The network that fails on command, which the build part makes, too.
    pub fn proxy(&self) -> PathBuf {
        target_folder(self.place).join("debug/fault-proxy")
    }

    /// Tells a command for browser tests which browser to start and how.
    pub fn drive(&self, command: &mut Command) {
        command
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
                "wasm-bindgen-test-runner",
            )
            .env("CHROMEDRIVER", &self.tools.browser.driver)
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &self.webdriver)
            // A shared machine can be slow to start a browser.
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30");
    }

    /// A folder of the checkout that this part is about; a part that tests nothing must not pass.
    pub fn folder(&self, path: &str, holds: &str) -> Outcome<PathBuf> {
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
pub fn succeed(name: &str, command: &mut Command, limit: Duration) -> Outcome {
    let status = Group::start(name, command.stdin(Stdio::null()))?.wait(limit, |_| ())?;
    if status.success() {
        Ok(())
    } else {
        Err(said(format!(
            "{name} ended with {status}, its output is above"
        )))
    }
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
