//! Where things are: the checkout, its runtime data and the tools folder outside of it.

use std::env;
use std::path::{Path, PathBuf};

use nix::unistd::Uid;

use crate::fault::{Outcome, Say, said};

/// The places a task works in and the few facts about this machine that decide how.
pub struct Place {
    /// The checkout's root.
    pub repo: PathBuf,
    /// Tools that setup installs, shared by all checkouts: `NAME-VERSION/bin/NAME`.
    pub tools: PathBuf,
    /// Runtime data of this checkout.
    pub local: PathBuf,
    /// Whether we run as root: may install packages, but Chromium needs `--no-sandbox`.
    pub root: bool,
}

impl Place {
    /// Finds the places and creates the folders that are ours.
    pub fn find() -> Outcome<Self> {
        let repo = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .ok_or_else(|| said("xtask does not lie inside a checkout: build it again there"))?
            .to_owned();
        if !repo.join("Cargo.lock").exists() {
            return Err(said(format!(
                "{} holds no Cargo.lock: run cargo xtask inside the checkout",
                repo.display()
            )));
        }
        let tools = tools_folder(|name| env::var_os(name).map(PathBuf::from)).ok_or_else(|| {
            said("there is no home folder to keep tools in: set TAVERN_TOOLS to a folder that may be written")
        })?;
        let local = repo.join(".local");
        for folder in [&tools.join("logs"), &local] {
            std::fs::create_dir_all(folder)
                .say(|| format!("cannot create {}", folder.display()))?;
        }
        Ok(Self {
            repo,
            tools,
            local,
            root: Uid::effective().is_root(),
        })
    }

    /// The folder of one tool in one version.
    pub fn tool(&self, name: &str, version: &str) -> PathBuf {
        self.tools.join(format!("{name}-{version}"))
    }

    /// Where the output of a setup step goes.
    pub fn log(&self, name: &str) -> PathBuf {
        self.tools.join("logs").join(format!("{name}.log"))
    }
}

/// `$TAVERN_TOOLS`, else `tavern` in the user's cache folder.
fn tools_folder(var: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let set = |name| var(name).filter(|path| path.is_absolute());
    set("TAVERN_TOOLS")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("tavern")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/tavern")))
}

/// The first program of that name in the folders of `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(vars: &[(&str, &str)]) -> Option<PathBuf> {
        tools_folder(|name| {
            vars.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.into())
        })
    }

    #[test]
    fn tools_go_where_asked_else_to_the_cache() {
        let home = ("HOME", "/home/mara");
        assert_eq!(folder(&[home]), Some("/home/mara/.cache/tavern".into()));
        assert_eq!(
            folder(&[home, ("XDG_CACHE_HOME", "/c")]),
            Some("/c/tavern".into())
        );
        assert_eq!(
            folder(&[home, ("XDG_CACHE_HOME", "/c"), ("TAVERN_TOOLS", "/t")]),
            Some("/t".into())
        );
        assert_eq!(folder(&[]), None);
    }

    #[test]
    fn a_relative_or_empty_setting_is_as_good_as_none() {
        assert_eq!(
            folder(&[("HOME", "/h"), ("TAVERN_TOOLS", "")]),
            Some("/h/.cache/tavern".into())
        );
        assert_eq!(
            folder(&[("HOME", "/h"), ("XDG_CACHE_HOME", "cache")]),
            Some("/h/.cache/tavern".into())
        );
    }

    #[test]
    fn programs_are_found_on_the_path() {
        assert!(on_path("sh").is_some_and(|sh| sh.is_absolute()));
        assert_eq!(on_path("no-such-program"), None);
    }
}
