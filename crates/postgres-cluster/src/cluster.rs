//! One cluster from creation to stop.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use crate::{
    Binaries, Error,
    error::Context,
    folder::{self, Folder},
    process::{self, Process, Stop},
};

/// How often a start on any free port is tried.
const ATTEMPTS: u32 = 3;

/// What kind of cluster is wanted.
#[derive(Clone, Debug)]
pub struct Options {
    /// TCP port on 127.0.0.1; 0 means any free one.
    pub port: u16,
    /// Name of the superuser, set when the cluster is created.
    pub superuser: String,
    /// Password of the superuser, set when the cluster is created.
    pub password: String,
    /// Trade safety after a crash of the machine for speed.
    pub unsafe_but_fast: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            superuser: "postgres".to_owned(),
            password: "postgres".to_owned(),
            unsafe_but_fast: false,
        }
    }
}

/// A running PostgreSQL of our own; dropping it stops it.
#[derive(Debug)]
pub struct Cluster {
    process: Process,
    folder: Folder,
    port: u16,
    fresh: bool,
    /// Set for a throwaway cluster, whose folder goes with it.
    throwaway: Option<PathBuf>,
}

impl Cluster {
    /// Starts the cluster in `data`, which is created first if there is none.
    ///
    /// `say` receives a line for each step that takes a while or surprises.
    ///
    /// # Errors
    /// Any [`Error`].
    pub fn start(
        binaries: Binaries,
        data: &Path,
        options: &Options,
        say: &dyn Fn(&str),
    ) -> Result<Self, Error> {
        Self::start_in(Folder::claim(data, say)?, binaries, options, say, None)
    }

    /// Starts a new cluster in a temporary folder that disappears with it, even when we are killed.
    ///
    /// # Errors
    /// Any [`Error`].
    pub fn throwaway(
        binaries: Binaries,
        options: &Options,
        say: &dyn Fn(&str),
    ) -> Result<Self, Error> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("postgres-throwaway-{}-{count}", std::process::id());
        let wanted = std::env::temp_dir().join(name);
        remove(&wanted)?;
        let options = Options {
            unsafe_but_fast: true,
            ..options.clone()
        };
        let folder = Folder::claim(&wanted, say)?;
        let path = folder.path.clone();
        let started = Self::start_in(folder, binaries, &options, say, Some(path.clone()));
        if started.is_err() {
            remove(&path)?;
        }
        started
    }

    /// Removes the cluster in `data` with everything in it; nothing happens if there is none.
    ///
    /// # Errors
    /// [`Error::InUse`] while it runs under another owner.
    pub fn remove(binaries: &Binaries, data: &Path, say: &dyn Fn(&str)) -> Result<(), Error> {
        let folder = Folder::claim(data, say)?;
        let cluster = folder.cluster();
        process::clear_leftover(&folder.account, &binaries.program("pg_ctl"), &cluster)?;
        remove(&cluster)
    }

    fn start_in(
        folder: Folder,
        binaries: Binaries,
        options: &Options,
        say: &dyn Fn(&str),
        throwaway: Option<PathBuf>,
    ) -> Result<Self, Error> {
        let binaries = folder::reachable(binaries, &folder.account, say)?;
        let cluster = folder.cluster();
        let fresh = !cluster.exists();
        if fresh {
            free_port(options.port)?;
            say("Creating the database cluster");
            create(&folder, &binaries, options)?;
        }
        check_version(&cluster, &binaries)?;
        process::clear_leftover(&folder.account, &binaries.program("pg_ctl"), &cluster)?;
        let mut attempts = 0;
        let (process, port) = loop {
            attempts += 1;
            let port = free_port(options.port)?;
            let started = Process::start(
                &folder.account,
                &binaries.program("postgres"),
                &arguments(port, options),
                &cluster,
                &folder.log(),
                throwaway.as_deref(),
            );
            match started {
                Ok(process) => break (process, port),
                // A port that was free a moment ago may be another program's by now.
                Err(Error::Failed { .. }) if options.port == 0 && attempts < ATTEMPTS => {}
                Err(error) => return Err(error),
            }
        };
        Ok(Self {
            process,
            folder,
            port,
            fresh,
            throwaway,
        })
    }

    /// The TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether this start created the cluster.
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Where the data is, which may differ from what was asked for when the caller is root.
    pub fn folder(&self) -> &Path {
        &self.folder.path
    }

    /// Whether PostgreSQL has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.process.has_ended()
    }

    /// Ends connections, writes everything, and waits until PostgreSQL is gone.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        match &self.throwaway {
            None => self.process.stop(Stop::Fast),
            Some(folder) => {
                self.process.stop(Stop::Immediate);
                // Nobody is left to tell; the system empties its temporary folders.
                let _ = remove(folder);
            }
        }
    }
}

/// Everything that differs from PostgreSQL's defaults, given at each start so that it follows the program.
fn arguments(port: u16, options: &Options) -> Vec<String> {
    let mut settings = vec![
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_owned(),
        "unix_socket_directories=".to_owned(),
        "wal_level=logical".to_owned(),
        "max_connections=200".to_owned(),
        "max_wal_senders=20".to_owned(),
        "max_replication_slots=20".to_owned(),
        "logging_collector=off".to_owned(),
        "timezone=UTC".to_owned(),
        "log_timezone=UTC".to_owned(),
    ];
    if options.unsafe_but_fast {
        // Commits stay synchronous: the log streams only what has been flushed, and an asynchronous commit
        // is flushed up to 200 ms later. Without fsync, a flush costs next to nothing.
        for setting in ["fsync=off", "full_page_writes=off"] {
            settings.push(setting.to_owned());
        }
    }
    settings
        .into_iter()
        .flat_map(|setting| ["-c".to_owned(), setting])
        .collect()
}

/// Creates the cluster beside its place and moves it there whole, so that half a cluster is never started.
fn create(folder: &Folder, binaries: &Binaries, options: &Options) -> Result<(), Error> {
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

fn check_version(cluster: &Path, binaries: &Binaries) -> Result<(), Error> {
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

fn free_port(wanted: u16) -> Result<u16, Error> {
    TcpListener::bind(("127.0.0.1", wanted))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|_| Error::PortTaken(wanted))
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::File {
            what: "remove",
            path: path.to_owned(),
            error,
        }),
        Ok(()) | Err(_) => Ok(()),
    }
}
