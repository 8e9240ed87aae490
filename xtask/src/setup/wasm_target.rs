//! The wasm32 target: rustup's where it can be had, else one built from Debian's sources.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::fault::Outcome;
use crate::place::Place;
use crate::setup::rustc::{Rust, holds_std, rustup};
use crate::setup::step::{Plan, ensure as ensure_step};
use crate::setup::{apt, debian_std};

/// How to compile for the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wasm {
    /// With the toolchain that compiles everything else.
    SameToolchain,
    /// With Debian's compiler and a private copy of its folder tree that lies here.
    Debian(PathBuf),
}

impl Wasm {
    /// Makes a command compile for wasm32 with the right toolchain; `path` goes in front of `PATH`.
    pub fn prepare(&self, command: &mut Command, path: &[PathBuf]) {
        let mut folders = path.to_vec();
        match self {
            Self::SameToolchain => {}
            Self::Debian(sysroot) => {
                folders.insert(0, sysroot.join("bin"));
                command.env("RUSTC", sysroot.join("bin/rustc"));
                // What rustup's cargo told this process about itself would lead back to it.
                for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTDOC"] {
                    command.env_remove(name);
                }
            }
        }
        put_in_front(command, folders);
    }

    /// What a person sets to call cargo for wasm32 by hand.
    pub fn by_hand(&self) -> Option<String> {
        match self {
            Self::SameToolchain => None,
            Self::Debian(_) => Some(format!("RUSTUP_TOOLCHAIN={}", debian_std::TOOLCHAIN)),
        }
    }
}

/// Sets the command's `PATH` to these folders, then our own.
pub fn put_in_front(command: &mut Command, folders: Vec<PathBuf>) {
    let own = env::var_os("PATH").unwrap_or_default();
    // Only a folder with a colon in its name cannot be joined; such a tool is then not found, and said so.
    if let Ok(path) = env::join_paths(folders.into_iter().chain(env::split_paths(&own))) {
        command.env("PATH", path);
    }
}

/// Finds or makes a way to compile for wasm32.
pub fn ensure(place: &Place, rust: &Rust) -> Outcome<Wasm> {
    let plan = Plan {
        name: "wasm32-target",
        why: "compiles the page for the browser",
        about: "seconds by rustup; where its server cannot be reached 3 minutes with Debian's packages, once",
    };
    let check = || {
        if holds_std(&rust.wasm_lib) {
            return Some(Wasm::SameToolchain);
        }
        debian_std::find(place).map(Wasm::Debian)
    };
    ensure_step(place, &plan, check, |step| {
        let add = ["target", "add", "wasm32-unknown-unknown"];
        // A gate reaches for package registries only; with Debian's packages at hand it needs nothing else.
        let registries_only = env::var_os("CI").is_some() && apt::here();
        if rustup()
            && !registries_only
            && step.tried(
                "rustup target add wasm32-unknown-unknown",
                Command::new("rustup").args(add),
            )?
        {
            return Ok(());
        }
        if !apt::here() {
            return Err(step.failed(
                "rustup target add wasm32-unknown-unknown",
                "run it again when its server can be reached",
            ));
        }
        debian_std::install(place, step)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(command: &Command, name: &str) -> Option<Option<String>> {
        let (_, value) = command.get_envs().find(|(key, _)| *key == name)?;
        Some(value.map(|value| value.to_string_lossy().into_owned()))
    }

    #[test]
    fn the_same_toolchain_changes_nothing_but_the_path() {
        let mut command = Command::new("cargo");
        Wasm::SameToolchain.prepare(&mut command, &["/tools/trunk/bin".into()]);
        assert!(
            value(&command, "PATH")
                .flatten()
                .unwrap()
                .starts_with("/tools/trunk/bin:")
        );
        assert_eq!(value(&command, "RUSTC"), None);
    }

    #[test]
    fn debians_compiler_comes_before_rustups() {
        let mut command = Command::new("cargo");
        Wasm::Debian("/tools/rust".into()).prepare(&mut command, &["/tools/trunk/bin".into()]);
        assert!(
            value(&command, "PATH")
                .flatten()
                .unwrap()
                .starts_with("/tools/rust/bin:/tools/trunk/bin:")
        );
        assert_eq!(
            value(&command, "RUSTC"),
            Some(Some("/tools/rust/bin/rustc".into()))
        );
        assert_eq!(value(&command, "RUSTUP_TOOLCHAIN"), Some(None));
    }
}
