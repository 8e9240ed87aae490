//! The data of a cluster: created, or found to be of this PostgreSQL.

use std::{fs, path::Path};

use super::{Options, remove};
use crate::{Binaries, Error, error::Context, folder::Folder};

/// Creates the cluster beside its place and moves it there whole, so that half a cluster is never started.
pub(super) fn create(folder: &Folder, binaries: &Binaries, options: &Options) -> Result<(), Error> {
    let half = folder.path.join("cluster.new");
    let password = folder.path.join("password");
    let mut said = String::new();
    // The locale with Unicode rules is missing on some systems, the plain one never is.
    for locale in ["C.UTF-8", "C"] {
        remove(&half)?;
        fs::write(&password, &options.password).context("write", &password)?;
        folder
            .account
            .own(&password)
            .context("hand over", &password)?;
        let initdb = binaries.program("initdb");
        let output = folder
            .account
            .command(&initdb)
            .arg("--pgdata")
            .arg(&half)
            .arg("--pwfile")
            .arg(&password)
            .args(["--username", &options.superuser, "--auth", "scram-sha-256"])
            .args([
                "--encoding",
                "UTF8",
                "--locale",
                locale,
                "--no-sync",
                "--no-instructions",
            ])
            .current_dir("/")
            .output()
            .context("run", &initdb)?;
        fs::remove_file(&password).context("remove", &password)?;
        if output.status.success() {
            let whole = folder.cluster();
            return fs::rename(&half, &whole).context("move the new cluster to", &whole);
        }
        said = String::from_utf8_lossy(&output.stderr)
            .trim()
            .replace('\n', " ");
    }
    Err(Error::Failed {
        what: "create the database cluster",
        said,
    })
}

/// Refuses data that another version has made.
pub(super) fn check_version(cluster: &Path, binaries: &Binaries) -> Result<(), Error> {
    let path = cluster.join("PG_VERSION");
    let data = fs::read_to_string(&path).context("read", &path)?;
    let data = data.trim();
    if data == binaries.version.to_string() {
        return Ok(());
    }
    Err(Error::VersionMismatch {
        folder: cluster.to_owned(),
        data: data.to_owned(),
        programs: binaries.version,
    })
}
