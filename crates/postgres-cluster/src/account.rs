//! The account PostgreSQL runs as, and which files that account can reach.

use std::{
    fs,
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::Path,
    process::Command,
};

use crate::Error;

/// Who runs PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    /// The caller, who is not root.
    Own,
    /// Another account, because the caller is root.
    Other { uid: u32, gid: u32 },
}

impl Account {
    /// The account to use, judged by who owns a `probe` file that the caller has just made.
    pub(crate) fn choose(probe: &fs::Metadata) -> Result<Self, Error> {
        if probe.uid() != 0 {
            return Ok(Self::Own);
        }
        let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| entry(&accounts, name))
            .map(|(uid, gid)| Self::Other { uid, gid })
            .ok_or(Error::NoAccount)
    }

    /// A command that runs as this account and is not led astray by the caller's `PG…` variables.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("PG")) {
                command.env_remove(name);
            }
        }
        if let Self::Other { uid, gid } = self {
            command.uid(*uid).gid(*gid);
        }
        command
    }

    /// Gives a file or folder to this account.
    pub(crate) fn own(&self, path: &Path) -> std::io::Result<()> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid } => std::os::unix::fs::chown(path, Some(*uid), Some(*gid)),
        }
    }

    /// Whether every folder above `path` lets this account through.
    pub(crate) fn reaches(&self, path: &Path) -> bool {
        match self {
            Self::Own => true,
            Self::Other { .. } => path.ancestors().skip(1).all(|folder| self.passes(folder)),
        }
    }

    /// Whether this account may run the program (or enter the folder) at `path`.
    pub(crate) fn passes(&self, path: &Path) -> bool {
        let Self::Other { uid, gid } = self else {
            return true;
        };
        let Ok(metadata) = fs::metadata(path) else {
            return path.as_os_str().is_empty();
        };
        let bit = if metadata.uid() == *uid {
            0o100
        } else if metadata.gid() == *gid {
            0o010
        } else {
            0o001
        };
        metadata.mode() & bit != 0
    }
}

fn entry(accounts: &str, name: &str) -> Option<(u32, u32)> {
    let line = accounts
        .lines()
        .find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_read_from_the_passwd_file() {
        let file =
            "root:x:0:0:root:/root:/bin/sh\npostgres:x:101:104::/var/lib/postgresql:/bin/bash\n";
        assert_eq!(entry(file, "postgres"), Some((101, 104)));
        assert_eq!(entry(file, "post"), None);
    }

    #[test]
    fn a_private_folder_keeps_another_account_out() {
        let stranger = Account::Other {
            uid: 4_000_000_000,
            gid: 4_000_000_000,
        };
        assert!(stranger.reaches(Path::new("/usr/bin/env")));
        let private = std::env::temp_dir().join(format!("private-{}", std::process::id()));
        fs::create_dir_all(&private).expect("a folder");
        fs::set_permissions(
            &private,
            std::os::unix::fs::PermissionsExt::from_mode(0o700),
        )
        .expect("private");
        assert!(!stranger.reaches(&private.join("data")));
        assert!(Account::Own.reaches(&private.join("data")));
        fs::remove_dir(&private).expect("removed");
    }
}
