//! The Rust toolchain that compiles everything native.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fault::{Outcome, said};
use crate::place::{Place, on_path};
use crate::proc::capture;
use crate::setup::step::{Plan, ensure};

/// Where the toolchain and its wasm32 standard library lie, whether or not the latter is there.
pub struct Rust {
    /// The root of the toolchain.
    pub sysroot: PathBuf,
    /// Where its standard library for wasm32 would be.
    pub wasm_lib: PathBuf,
}

/// Asks the compiler on `PATH`.
pub fn find() -> Outcome<Rust> {
    let mut rustc = Command::new("rustc");
    rustc.args([
        "--target",
        "wasm32-unknown-unknown",
        "--print",
        "sysroot",
        "--print",
        "target-libdir",
    ]);
    capture(&mut rustc)
        .and_then(|text| {
            let (sysroot, wasm_lib) = text.split_once('\n')?;
            Some(Rust {
                sysroot: sysroot.into(),
                wasm_lib: wasm_lib.into(),
            })
        })
        .ok_or_else(|| {
            said("rustc does not answer: install Rust with rustup, then run the command again")
        })
}

/// Makes sure of rustfmt and clippy.
pub fn ensure_components(place: &Place, rust: &Rust) -> Outcome {
    let plan = Plan {
        name: "rust-components",
        why: "rustfmt and clippy check the code",
        about: "seconds, once",
    };
    let has = |name: &str| {
        rust.sysroot.join("bin").join(name).is_file() || !rustup() && on_path(name).is_some()
    };
    ensure(
        place,
        &plan,
        || (has("cargo-fmt") && has("cargo-clippy")).then_some(()),
        |step| {
            let advice = "run `rustup component add rustfmt clippy`, or install them with what brought your Rust";
            step.run(
                "rustup component add",
                Command::new("rustup").args(["component", "add", "rustfmt", "clippy"]),
                advice,
            )
        },
    )
}

/// Whether Rust came with rustup.
pub fn rustup() -> bool {
    on_path("rustup").is_some()
}

/// Whether a standard library lies in that folder.
pub fn holds_std(folder: &Path) -> bool {
    let Ok(mut files) = folder.read_dir() else {
        return false;
    };
    files.any(|file| {
        file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
    })
}
