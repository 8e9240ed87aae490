//! The private sysroot: links to Debian's files, the new library, and wrappers that know where they are.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use super::{LLD, RUSTC, WASM_LIB, write};
use crate::fault::{Outcome, Say};

/// Fills a sysroot that will lie at `home`: links to Debian's parts, the new library, and wrappers
/// that tell the compiler where it is, because it does not find out through links.
pub fn lay_out(sysroot: &Path, home: &Path, built: &Path) -> Outcome {
    let host = sysroot.join("lib/rustlib").join(host_triple());
    for folder in [
        &sysroot.join("bin"),
        &host.join("bin"),
        &sysroot.join(WASM_LIB),
    ] {
        fs::create_dir_all(folder).say(|| format!("cannot create {}", folder.display()))?;
    }
    let debian = Path::new("/usr/lib/rustlib");
    link(&debian.join(host_triple()).join("lib"), &host.join("lib"))?;
    link(&debian.join("src"), &sysroot.join("lib/rustlib/src"))?;
    link(Path::new(LLD), &host.join("bin/rust-lld"))?;
    link(Path::new("/usr/bin/cargo"), &sysroot.join("bin/cargo"))?;
    // It looks for clippy-driver beside itself, so a link would find Debian's.
    let clippy = sysroot.join("bin/cargo-clippy");
    fs::copy("/usr/bin/cargo-clippy", &clippy)
        .say(|| format!("cannot write {}", clippy.display()))?;
    let home = home.display();
    script(
        &sysroot.join("bin/rustc"),
        &format!("exec {RUSTC} --sysroot \"{home}\" \"$@\""),
    )?;
    script(
        &sysroot.join("bin/clippy-driver"),
        &format!("SYSROOT=\"{home}\" exec /usr/bin/clippy-driver \"$@\""),
    )?;

    let files = built
        .read_dir()
        .say(|| format!("cannot read {}", built.display()))?;
    for file in files.flatten() {
        let name = file.file_name();
        let text = name.to_string_lossy();
        if text.ends_with(".rlib") && !text.starts_with("libhollow-") {
            let copy = sysroot.join(WASM_LIB).join(&name);
            fs::copy(file.path(), &copy).say(|| format!("cannot write {}", copy.display()))?;
        }
    }
    Ok(())
}

/// The triple of this machine, as Debian's folders are named.
fn host_triple() -> String {
    format!("{}-unknown-linux-gnu", std::env::consts::ARCH)
}

fn script(path: &Path, line: &str) -> Outcome {
    write(path, &format!("#!/bin/sh\n{line}\n"))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
        .say(|| format!("cannot make {} executable", path.display()))
}

fn link(from: &Path, to: &Path) -> Outcome {
    symlink(from, to).say(|| format!("cannot create {}", to.display()))
}
