//! The PostgreSQL that tests run on, with the extensions that the official CLI checks a schema with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use postgres_cluster::Binaries;

use crate::fault::{Outcome, Say};
use crate::place::Place;
use crate::setup::apt;
use crate::setup::step::{Plan, Step, ensure as ensure_step, finish, partial};

/// Name of each, and of its package after `postgresql-15-`.
const EXTENSIONS: [(&str, &str); 2] = [("pgtap", "pgtap"), ("plpgsql_check", "plpgsql-check")];

/// The programs in `bin`, or those of a PostgreSQL like it that has the extensions.
pub fn ensure(place: &Place, bin: &Path) -> Outcome<PathBuf> {
    let plan = Plan {
        name: "postgres-extensions",
        why: "the official CLI checks the schema with pgTAP and plpgsql_check",
        about: "half a minute, once",
    };
    let version = Binaries::find(Some(bin)).map_or(0, |found| found.version);
    let debian = PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"));
    let own = place.tool("postgres-with-extensions", &version.to_string());
    let check = || {
        let copy = Home::of(bin, version).map(|home| home.bin_in(&own));
        [Some(bin.to_owned()), Some(debian.clone()), copy]
            .into_iter()
            .flatten()
            .find(|bin| Home::of(bin, version).is_some_and(|home| home.is_complete()))
    };
    ensure_step(place, &plan, check, |step| {
        let packages = packages(version);
        let packages: Vec<&str> = packages.iter().map(String::as_str).collect();
        if let Some(advice) = unoffered(version, &apt::named("postgresql-")) {
            return Err(step.failed("looking for PostgreSQL's extensions", &advice));
        }
        if place.root || !apt::here() {
            return apt::install(place, step, &packages, || check().is_some());
        }
        let home = Home::of(bin, version).ok_or_else(|| {
            let advice = format!("run `{}`", apt::command(&packages));
            step.failed("looking for PostgreSQL's extensions", &advice)
        })?;
        copy_with(step, &home, version, &own, &packages)
    })
}

fn packages(version: u32) -> Vec<String> {
    EXTENSIONS
        .iter()
        .map(|(_, package)| format!("postgresql-{version}-{package}"))
        .collect()
}

/// What to do where the system has packages of PostgreSQL, but none for this version; nothing where it has them, or
/// has not said which it has.
fn unoffered(version: u32, names: &[String]) -> Option<String> {
    let has = |name: &str| names.iter().any(|known| known == name);
    let complete = |version| packages(version).iter().all(|package| has(package));
    if names.is_empty() || complete(version) {
        return None;
    }
    let missing = packages(version).join(" and ");
    let other = (15..100).rev().find(|other| {
        let server = format!("postgresql-{other}");
        has(&server) && complete(*other)
    });
    Some(match other {
        Some(other) => {
            let mut wanted = vec![format!("postgresql-{other}")];
            wanted.extend(packages(other));
            let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
            format!(
                "this system has no packages {missing}, but it has them for PostgreSQL {other}: run `{}`, then the command again, which uses that PostgreSQL from then on",
                apt::command(&wanted)
            )
        }
        None => format!(
            "this system has no packages {missing}: add PostgreSQL's own archive (https://wiki.postgresql.org/wiki/Apt), which has them for every version, then run the command again"
        ),
    })
}

/// A copy of PostgreSQL, into which whoever may not install packages unpacks them. PostgreSQL finds its files
/// from where its programs lie, so a copy looks into its own folders.
fn copy_with(step: &Step, home: &Home, version: u32, target: &Path, packages: &[&str]) -> Outcome {
    let folder = partial(target)?;
    for part in &home.parts {
        let from = home.root.join(part);
        let to = folder.join(part);
        fs::create_dir_all(&to).say(|| format!("cannot create {}", to.display()))?;
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(from.join(".")).arg(&to);
        step.run("copying PostgreSQL", &mut copy, "make room for 100 MB")?;
    }
    let advice = format!("run `{}`", apt::command(packages));
    let mut download = Command::new("apt-get");
    download.arg("download").args(packages).current_dir(&folder);
    step.run("apt-get download", &mut download, &advice)?;
    let unpacked = folder.join("unpacked");
    for package in packages {
        let mut unpack = Command::new("sh");
        unpack
            .args(["-c", "dpkg-deb -x \"$1\"_*.deb unpacked", "unpack", package])
            .current_dir(&folder);
        step.run(&format!("unpacking {package}"), &mut unpack, &advice)?;
    }
    for (from, to) in [
        (format!("usr/share/postgresql/{version}"), &home.share),
        (format!("usr/lib/postgresql/{version}/lib"), &home.lib),
    ] {
        let mut copy = Command::new("cp");
        copy.arg("-a")
            .arg(unpacked.join(from).join("."))
            .arg(folder.join(to));
        step.run("adding the extensions", &mut copy, &advice)?;
    }
    finish(&folder, target)
}

/// Where a PostgreSQL has its files.
#[derive(Debug, PartialEq, Eq)]
struct Home {
    /// The folder that the others are in.
    root: PathBuf,
    /// What must be copied to copy it.
    parts: Vec<PathBuf>,
    /// Its programs.
    bin: PathBuf,
    /// Its files that are the same on all machines.
    share: PathBuf,
    /// Its libraries.
    lib: PathBuf,
}

impl Home {
    /// As Debian spreads it over `/usr`, or as it comes in one piece.
    fn of(bin: &Path, version: u32) -> Option<Self> {
        let debian = PathBuf::from(format!("lib/postgresql/{version}"));
        let share = PathBuf::from(format!("share/postgresql/{version}"));
        let spread = Self {
            root: bin.ancestors().nth(4)?.to_owned(),
            bin: debian.join("bin"),
            lib: debian.join("lib"),
            parts: vec![debian, share.clone()],
            share,
        };
        let whole = Self {
            root: bin.parent()?.to_owned(),
            parts: vec![PathBuf::new()],
            bin: "bin".into(),
            share: "share/postgresql".into(),
            lib: "lib/postgresql".into(),
        };
        [spread, whole]
            .into_iter()
            .find(|home| bin.ends_with(&home.bin) && home.has("plpgsql"))
    }

    fn has(&self, extension: &str) -> bool {
        let control = self.share.join(format!("extension/{extension}.control"));
        self.root.join(control).is_file()
    }

    fn is_complete(&self) -> bool {
        EXTENSIONS.iter().all(|(name, _)| self.has(name))
    }

    /// The programs' folder of a copy.
    fn bin_in(&self, copy: &Path) -> PathBuf {
        copy.join(&self.bin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_lay_out_a_postgres_are_known_and_what_is_missing_shows() {
        let folder = std::env::temp_dir().join(format!("extensions-{}", std::process::id()));
        for (bin, share) in [
            ("usr/lib/postgresql/15/bin", "usr/share/postgresql/15"),
            ("native/bin", "native/share/postgresql"),
        ] {
            let (bin, extensions) = (folder.join(bin), folder.join(share).join("extension"));
            fs::create_dir_all(&extensions).expect("a folder");
            assert_eq!(Home::of(&bin, 15), None, "nothing is there");
            fs::write(extensions.join("plpgsql.control"), "").expect("a file");
            let home = Home::of(&bin, 15).expect("found");
            assert!(!home.is_complete());
            assert_eq!(home.bin_in(&home.root), bin);
            for name in ["pgtap.control", "plpgsql_check.control"] {
                fs::write(extensions.join(name), "").expect("a file");
            }
            assert!(home.is_complete());
        }
        fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn where_the_packages_are_missing_it_is_said_which_there_are() {
        let names = |versions: &[u32]| -> Vec<String> {
            let all = versions.iter().flat_map(|version| {
                let mut names = packages(*version);
                names.push(format!("postgresql-{version}"));
                names
            });
            all.collect()
        };
        assert_eq!(unoffered(15, &[]), None, "nobody knows");
        assert_eq!(unoffered(15, &names(&[15, 17])), None);
        let advice = unoffered(15, &names(&[16, 17])).expect("advice");
        assert!(
            advice.contains("no packages postgresql-15-pgtap and postgresql-15-plpgsql-check")
                && advice
                    .contains("postgresql-17 postgresql-17-pgtap postgresql-17-plpgsql-check`"),
            "{advice}"
        );
        let none = unoffered(15, &["postgresql-17".to_owned()]).expect("advice");
        assert!(none.contains("PostgreSQL's own archive"), "{none}");
    }

    #[test]
    fn packages_are_those_of_the_version() {
        assert_eq!(
            packages(17),
            ["postgresql-17-pgtap", "postgresql-17-plpgsql-check"]
        );
    }
}
