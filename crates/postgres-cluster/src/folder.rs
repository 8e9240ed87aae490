//! The folder of a cluster: claimed by one process, readable by the account that runs PostgreSQL.

use std::{
    fs::{self, File, TryLockError},
    hash::{DefaultHasher, Hash, Hasher},
    os::unix::fs::{DirBuilderExt, symlink},
    path::{Path, PathBuf},
};

use crate::{Binaries, Error, account::Account, error::Context};

/// A folder nobody else uses while this value lives.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) account: Account,
    _lock: File,
}

impl Folder {
    /// Claims `wanted`, or a folder in `/var/tmp` named after it when the account cannot get there.
    pub(crate) fn claim(wanted: &Path, say: &dyn Fn(&str)) -> Result<Self, Error> {
        let mut path = std::path::absolute(wanted).context("use the data folder", wanted)?;
        create(&path)?;
        let account = Account::choose(&probe(&path)?)?;
        if !account.reaches(&path) {
            let near = path;
            path = substitute("data", &near);
            say(&format!(
                "PostgreSQL does not run as root and cannot reach {}: its data goes to {}",
                near.display(),
                path.display()
            ));
            create(&path)?;
        }
        account
            .own(&path)
            .context("hand over the data folder", &path)?;
        let lock_path = path.join("lock");
        let lock = File::create(&lock_path).context("claim the data folder with", &lock_path)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path,
                account,
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(Error::InUse(path)),
            Err(TryLockError::Error(error)) => Err(Error::File {
                what: "claim the data folder with",
                path: lock_path,
                error,
            }),
        }
    }

    /// PostgreSQL's own data directory.
    pub(crate) fn cluster(&self) -> PathBuf {
        self.path.join("cluster")
    }

    /// What the server writes to its log.
    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("postgres.log")
    }
}

/// Programs the account can run: `binaries` themselves, or a copy of their installation in `/var/tmp`.
pub(crate) fn reachable(
    binaries: Binaries,
    account: &Account,
    say: &dyn Fn(&str),
) -> Result<Binaries, Error> {
    let postgres = binaries.program("postgres");
    let postgres = fs::canonicalize(&postgres).context("find", &postgres)?;
    if account.reaches(&postgres) && account.passes(&postgres) {
        return Ok(binaries);
    }
    let (Some(bin), Some(installation)) = (postgres.parent(), postgres.ancestors().nth(2)) else {
        return Err(Error::NotFound {
            given: Some(binaries.bin),
        });
    };
    let copy = substitute("programs", installation);
    if !copy.exists() {
        say(&format!(
            "PostgreSQL does not run as root and cannot reach {}: copying its programs to {}",
            installation.display(),
            copy.display()
        ));
        let half = copy.with_extension(std::process::id().to_string());
        copy_tree(installation, &half)?;
        // Another process may have finished the same copy in the meantime; either will do.
        if fs::rename(&half, &copy).is_err() {
            fs::remove_dir_all(&half).context("remove", &half)?;
        }
    }
    let name = bin.file_name().unwrap_or_default();
    Ok(Binaries {
        bin: copy.join(name),
        version: binaries.version,
    })
}

fn create(path: &Path) -> Result<(), Error> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(path)
        .context("create the data folder", path)
}

/// Only the system knows who we are: the owner of a new file tells.
fn probe(folder: &Path) -> Result<fs::Metadata, Error> {
    let path = folder.join(format!("probe-{}", std::process::id()));
    let file = File::create(&path).context("write to the data folder with", &path)?;
    let metadata = file.metadata().context("look at", &path)?;
    fs::remove_file(&path).context("remove", &path)?;
    Ok(metadata)
}

pub(crate) fn substitute(kind: &str, path: &Path) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    // Open to every user of a Unix system, and kept when it starts again; a temporary folder of one's own is not.
    PathBuf::from(format!(
        "/var/tmp/postgres-cluster-{kind}-{:016x}",
        hasher.finish()
    ))
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), Error> {
    create(to)?;
    for entry in fs::read_dir(from).context("read", from)? {
        let entry = entry.context("read", from)?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().context("look at", &source)?;
        if kind.is_dir() {
            copy_tree(&source, &target)?;
        } else if kind.is_symlink() {
            let points_to = fs::read_link(&source).context("read", &source)?;
            symlink(points_to, &target).context("write", &target)?;
        } else {
            fs::copy(&source, &target).context("copy", &source)?;
        }
    }
    Ok(())
}
