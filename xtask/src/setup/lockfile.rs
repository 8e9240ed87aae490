//! Reads the version of a package out of Cargo.lock.

use std::fs;
use std::path::Path;

use crate::fault::{Outcome, Say, said};

/// The locked version of the package.
pub fn locked_version(repo: &Path, package: &str) -> Outcome<String> {
    let path = repo.join("Cargo.lock");
    let text = fs::read_to_string(&path).say(|| format!("cannot read {}", path.display()))?;
    find(&text, package).ok_or_else(|| {
        said(format!(
            "{} names no package {package}: restore it from git",
            path.display()
        ))
    })
}

/// Looks up `name = "PACKAGE"` and the `version = "…"` that follows it.
fn find(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-test\"\nversion = \"0.3.76\"\n\n\
        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.126\"\nsource = \"registry\"\n";

    #[test]
    fn only_the_exact_name_counts() {
        assert_eq!(find(LOCK, "wasm-bindgen").as_deref(), Some("0.2.126"));
        assert_eq!(find(LOCK, "wasm-bindgen-test").as_deref(), Some("0.3.76"));
        assert_eq!(find(LOCK, "wasm"), None);
        assert_eq!(find("", "wasm"), None);
    }

    #[test]
    fn this_checkout_locks_wasm_bindgen() {
        let repo = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert!(
            locked_version(repo, "wasm-bindgen")
                .unwrap()
                .starts_with("0.")
        );
        let fault = locked_version(repo, "no-such-package").unwrap_err();
        assert!(
            fault
                .to_string()
                .contains("names no package no-such-package"),
            "{fault}"
        );
    }
}
