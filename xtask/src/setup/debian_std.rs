//! A standard library for wasm32, compiled once from Debian's sources of a newer Rust.
//!
//! Debian's packages are left as they are: a private sysroot in the tools folder points to them and
//! adds what they lack. See `docs/decisions` for why.

mod sysroot;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fault::{Outcome, Say};
use crate::place::Place;
use crate::proc::capture;
use crate::setup::apt;
use crate::setup::rustc::{holds_std, rustup};
use crate::setup::step::{Step, clear, finish, partial};

/// The name under which rustup knows the private sysroot, for people who call cargo by hand.
pub const TOOLCHAIN: &str = "tavern-web";

const PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "lld-19",
];
const RUSTC: &str = "/usr/bin/rustc";
const LLD: &str = "/usr/lib/llvm-19/bin/lld";
const WASM_LIB: &str = "lib/rustlib/wasm32-unknown-unknown/lib";
/// What is compiled: what programs need, and the harness of their tests.
const LIBRARIES: &str = "-Zbuild-std=std,panic_abort,proc_macro,test";
/// Holds what was made, and what the compiler said of itself then.
const MADE_WITH: &str = "made-with";

/// The private sysroot, if it is complete and made for the compiler that is installed now.
pub fn find(place: &Place) -> Option<PathBuf> {
    let compiler = describe()?;
    let sysroot = folder(place, &compiler)?;
    let fits =
        fs::read_to_string(sysroot.join(MADE_WITH)).is_ok_and(|made| made == recipe(&compiler));
    (fits && holds_std(&sysroot.join(WASM_LIB))).then_some(sysroot)
}

/// Installs Debian's packages, compiles the library and puts the sysroot together.
pub fn install(place: &Place, step: &Step) -> Outcome {
    let ready = || {
        let programs = [
            RUSTC,
            LLD,
            "/usr/bin/cargo",
            "/usr/bin/cargo-clippy",
            "/usr/lib/rustlib/src/rust/library/Cargo.lock",
        ];
        programs.iter().all(|path| Path::new(path).exists()) && new_enough()
    };
    if !ready() {
        apt::install(place, step, &PACKAGES, ready)?;
    }
    let packages = || format!("run `{}`", apt::command(&PACKAGES));
    let compiler = describe()
        .filter(|_| ready())
        .ok_or_else(|| step.failed("looking for Debian's compiler", &packages()))?;
    let target =
        folder(place, &compiler).ok_or_else(|| step.failed("reading its version", &packages()))?;
    let built = compile_std(place, step)?;

    let sysroot = partial(&target)?;
    sysroot::lay_out(&sysroot, &target, &built)?;
    write(&sysroot.join(MADE_WITH), &recipe(&compiler))?;
    finish(&sysroot, &target)?;
    clear(&place.tools.join("build/std"))?;
    if let Err(fault) = prove(place, step, &target) {
        // What does not work must not be found next time.
        clear(&target)?;
        return Err(fault);
    }
    if rustup() {
        // Only for people's convenience: our own calls do not go through rustup.
        step.tried(
            "rustup toolchain link",
            Command::new("rustup")
                .args(["toolchain", "link", TOOLCHAIN])
                .arg(&target),
        )?;
    }
    Ok(())
}

/// What Debian's compiler says of itself, if there is one.
fn describe() -> Option<String> {
    Path::new(RUSTC)
        .exists()
        .then(|| capture(Command::new(RUSTC).arg("-vV")))?
}

/// Tells a sysroot that must be made again, for another compiler or with other libraries.
fn recipe(compiler: &str) -> String {
    format!("{compiler}\n{LIBRARIES}\n")
}

/// The sysroot's folder for that compiler.
fn folder(place: &Place, compiler: &str) -> Option<PathBuf> {
    Some(place.tool("rust-web", release(compiler)?))
}

/// The line `release: 1.96.0` of `rustc -vV`.
fn release(compiler: &str) -> Option<&str> {
    compiler
        .lines()
        .find_map(|line| line.strip_prefix("release: "))
}

/// Whether Debian's compiler is one that can compile the project.
fn new_enough() -> bool {
    describe()
        .is_some_and(|compiler| release(&compiler).is_some_and(|version| minor(version) >= 95))
}

/// The middle number of `1.96.0`.
fn minor(version: &str) -> u32 {
    version
        .split('.')
        .nth(1)
        .and_then(|minor| minor.parse().ok())
        .unwrap_or(0)
}

/// Compiles std beside an empty crate; the folder of its libraries.
fn compile_std(place: &Place, step: &Step) -> Outcome<PathBuf> {
    let home = place.tools.join("build/std");
    fs::create_dir_all(home.join("src")).say(|| format!("cannot create {}", home.display()))?;
    write(&home.join("src/lib.rs"), "#![no_std]\n")?;
    write(
        &home.join("Cargo.toml"),
        "[package]\nname = \"hollow\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    let mut cargo = Command::new("/usr/bin/cargo");
    cargo
        .current_dir(&home)
        .args([
            "build",
            "--release",
            "--target",
            "wasm32-unknown-unknown",
            LIBRARIES,
        ])
        .env("CARGO_TARGET_DIR", home.join("target"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", RUSTC)
        // Without bitcode inside, link-time optimisation of the page refuses the library.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes");
    for name in [
        "RUSTUP_TOOLCHAIN",
        "CARGO",
        "RUSTDOC",
        "CARGO_ENCODED_RUSTFLAGS",
    ] {
        cargo.env_remove(name);
    }
    step.run(
        "compiling the standard library",
        &mut cargo,
        "once the crate registry answers, run the command again",
    )?;
    Ok(home.join("target/wasm32-unknown-unknown/release/deps"))
}

/// Compiles and links a small test, so that a broken sysroot is found now and not later.
fn prove(place: &Place, step: &Step, sysroot: &Path) -> Outcome {
    let source = place.tools.join("build/proof.rs");
    write(
        &source,
        "#[test]\nfn works() {\n    assert_eq!(format!(\"{}\", 1).len(), 1);\n}\n",
    )?;
    let mut rustc = Command::new(sysroot.join("bin/rustc"));
    rustc.args([
        "--edition=2024",
        "--target=wasm32-unknown-unknown",
        "--test",
        "-Copt-level=1",
        "-Clto=fat",
    ]);
    rustc
        .arg("-o")
        .arg(place.tools.join("build/proof.wasm"))
        .arg(source);
    step.run(
        "compiling a first test",
        &mut rustc,
        "run the command again; if it fails once more, report it with the log",
    )
}

fn write(path: &Path, text: &str) -> Outcome {
    fs::write(path, text).say(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_is_read_from_what_rustc_says() {
        let said = "rustc 1.96.0 (ac68faa20 2026-05-25)\nbinary: rustc\nrelease: 1.96.0\nLLVM version: 22.1.8";
        assert_eq!(release(said), Some("1.96.0"));
        assert_eq!(release("no such command"), None);
    }

    #[test]
    fn old_compilers_are_told_by_their_middle_number() {
        assert_eq!(minor("1.63.0"), 63);
        assert_eq!(minor("1.96.0"), 96);
        assert_eq!(minor(""), 0);
    }
}
