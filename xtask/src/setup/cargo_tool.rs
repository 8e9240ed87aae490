//! Programs of the Rust world that the project needs in one exact version, compiled where missing.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fault::Outcome;
use crate::place::{Place, on_path};
use crate::proc::capture;
use crate::setup::step::{Plan, clear, ensure};

/// One program that `cargo install` can bring.
pub struct Tool<'a> {
    /// What it does for us and how long it compiles.
    pub plan: Plan,
    /// The package to install.
    pub package: &'static str,
    /// The program, which answers `--version`.
    pub program: &'static str,
    /// Arguments before `--version`.
    pub before: &'static [&'static str],
    /// The version wanted.
    pub version: &'a str,
    /// Whether the package's own lock file is used.
    pub locked: bool,
}

/// The folder of the program: the tools folder's, or one on `PATH` that has the very version.
pub fn ensure_tool(place: &Place, tool: &Tool<'_>) -> Outcome<PathBuf> {
    let root = place.tool(tool.plan.name, tool.version);
    let bin = root.join("bin");
    let file = bin.join(tool.program);
    let check = || {
        // A program in our own folder was verified when it came there: its name tells the version.
        if file.is_file() {
            return Some(bin.clone());
        }
        let found = on_path(tool.program)?;
        (version_of(&found, tool.before)? == tool.version)
            .then(|| found.parent().map(Path::to_owned))?
    };
    ensure(place, &tool.plan, check, |step| {
        let target = place.tools.join("build").join(tool.plan.name);
        let mut cargo = Command::new("cargo");
        cargo
            .args([
                "install",
                tool.package,
                "--version",
                tool.version,
                "--no-track",
                "--root",
            ])
            .arg(&root);
        if tool.locked {
            cargo.arg("--locked");
        }
        // Unoptimised, it compiles in less than half the time and does its work as fast; a target
        // folder of its own lets a second try go on where the first was stopped.
        cargo
            .current_dir(&place.tools)
            .env("CARGO_TARGET_DIR", &target)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("CARGO_TERM_COLOR", "never");
        step.run(
            &format!("compiling {} {}", tool.package, tool.version),
            &mut cargo,
            &format!(
                "once the crate registry answers, run the command again, or install {} {} yourself",
                tool.package, tool.version
            ),
        )?;
        if version_of(&file, tool.before).as_deref() != Some(tool.version) {
            return Err(step.failed(
                "asking it for its version",
                &format!("remove {} and run the command again", root.display()),
            ));
        }
        clear(&target)
    })
}

/// The version a program tells.
pub fn version_of(program: &Path, before: &[&str]) -> Option<String> {
    parse_version(&capture(
        Command::new(program).args(before).arg("--version"),
    )?)
}

/// The first word of a text that looks like `1.2.3` or `132`, without a leading `v`.
pub fn parse_version(text: &str) -> Option<String> {
    text.split_whitespace()
        .map(|word| word.strip_prefix('v').unwrap_or(word))
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
        .map(|word| word.trim_end_matches([',', ')']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_say() {
        let cases = [
            ("trunk 0.21.14", "0.21.14"),
            ("wasm-bindgen 0.2.126", "0.2.126"),
            (
                "cargo-nextest 0.9.143 (60fa45f63 2026-08-04)\nrelease: 0.9.143",
                "0.9.143",
            ),
            ("wasm-opt version 132 (version_132)", "132"),
            ("v20.20.2", "20.20.2"),
            (
                "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
                "15.18",
            ),
            ("Chromium 156.0.8078.73 built on Debian", "156.0.8078.73"),
        ];
        for (text, version) in cases {
            assert_eq!(parse_version(text).as_deref(), Some(version));
        }
        assert_eq!(parse_version("command not found"), None);
    }
}
