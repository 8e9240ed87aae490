//! One cluster from creation to stop.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Binaries, Error,
    error::Context,
    folder::{self, Folder},
    process::{self, Process, Stop},
};

mod create;
mod run;
mod template;

use create::{check_version, create};
use run::{free_port, run};
use template::create_by_template;

/// How often a start on any free port is tried.
const ATTEMPTS: u32 = 3;
/// How long what a killed server has left behind may keep the next one from starting.
const LEFTOVER_LIMIT: Duration = Duration::from_secs(10);

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
    binaries: Binaries,
    options: Options,
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

    /// Starts a new cluster in a temporary folder that disappears with it, even when we are killed. The first
    /// of its kind leaves a copy in `/var/tmp`, from which the next ones are made for some days.
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
            match throwaway {
                Some(_) => create_by_template(&folder, &binaries, options)?,
                None => create(&folder, &binaries, options)?,
            }
        }
        check_version(&cluster, &binaries)?;
        process::clear_leftover(&folder.account, &binaries.program("pg_ctl"), &cluster)?;
        let log = folder.log();
        fs::File::create(&log).context("write the log", &log)?;
        let mut attempts = 0;
        let (process, options) = loop {
            attempts += 1;
            let options = Options {
                port: free_port(options.port)?,
                ..options.clone()
            };
            match run(&folder, &binaries, &options, throwaway.as_deref()) {
                Ok(process) => break (process, options),
                // A port that was free a moment ago may be another program's by now.
                Err(Error::Failed { .. }) if options.port == 0 && attempts < ATTEMPTS => {}
                Err(error) => return Err(error),
            }
        };
        Ok(Self {
            process,
            folder,
            binaries,
            options,
            fresh,
            throwaway,
        })
    }

    /// Starts PostgreSQL again, on the same port, after it has ended by itself.
    ///
    /// # Errors
    /// [`Error::Failed`] with what the log says.
    pub fn restart(&mut self) -> Result<(), Error> {
        self.process.stop(Stop::Immediate);
        let deadline = Instant::now() + LEFTOVER_LIMIT;
        loop {
            // The pid file stays: by it PostgreSQL knows whether processes of its former life still use the data.
            let throwaway = self.throwaway.as_deref();
            match run(&self.folder, &self.binaries, &self.options, throwaway) {
                Ok(process) => {
                    self.process = process;
                    return Ok(());
                }
                Err(Error::Failed { .. }) if Instant::now() < deadline => {
                    thread::sleep(Duration::from_millis(100));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.options.port
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
