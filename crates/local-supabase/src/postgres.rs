//! The PostgreSQL that belongs to the server: started with it, started again when it ends, stopped with it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use postgres_cluster::{Binaries, Cluster, Options};

use crate::{Config, error::Startup};

/// Name of the superuser, which is what a Supabase service works as.
pub const SUPERUSER: &str = "supabase_admin";
/// Password of all roles that have one.
pub const PASSWORD: &str = "postgres";

/// How soon its end is noticed.
const LOOK: Duration = Duration::from_millis(200);
/// So many ends within so much time mean that starting it again does not help.
const TOO_OFTEN: (usize, Duration) = (5, Duration::from_secs(60));

/// Shared with the signal path, so that whatever ends the program, PostgreSQL is stopped in order.
#[derive(Clone, Default)]
pub struct OwnPostgres(Arc<Mutex<Option<Cluster>>>);

impl OwnPostgres {
    /// Starts it; returns its port. This takes a while and blocks.
    ///
    /// # Errors
    /// One sentence with what is missing or in the way.
    pub fn start(&self, config: &Config, say: &dyn Fn(&str)) -> Result<u16, Startup> {
        let cluster = start(config, say).map_err(|error| Startup(format!("{error}.")))?;
        let port = cluster.port();
        *self.lock() = Some(cluster);
        Ok(port)
    }

    /// Starts it again whenever it ends by itself. Whoever was connected connects anew, and transactions that
    /// were open are undone.
    ///
    /// Returns only when it cannot be kept running: one sentence with the reason.
    pub async fn keep_running(&self, say: impl Fn(&str)) -> Startup {
        let mut ends = VecDeque::new();
        loop {
            tokio::time::sleep(LOOK).await;
            if !self.lock().as_mut().is_some_and(Cluster::has_ended) {
                continue;
            }
            let (many, within) = TOO_OFTEN;
            ends.push_back(Instant::now());
            ends.retain(|end| end.elapsed() < within);
            if ends.len() > many {
                return Startup(format!(
                    "PostgreSQL ended by itself {many} times within a minute; its log is in the data folder, in postgres.log."
                ));
            }
            say("PostgreSQL ended by itself; starting it again");
            let own = self.clone();
            let restarted = tokio::task::spawn_blocking(move || {
                own.lock().as_mut().map_or(Ok(()), Cluster::restart)
            });
            match restarted.await {
                Ok(Ok(())) => say("PostgreSQL runs again"),
                Ok(Err(error)) => {
                    return Startup(format!("PostgreSQL ended by itself. {error}."));
                }
                Err(error) => {
                    return Startup(format!("Could not start PostgreSQL again: {error}."));
                }
            }
        }
    }

    /// Stops it and waits until it is gone; nothing happens if it was never started.
    pub fn stop(&self, say: &dyn Fn(&str)) {
        let cluster = self.lock().take();
        if let Some(cluster) = cluster {
            say("Stopping PostgreSQL");
            cluster.stop();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Cluster>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn start(config: &Config, say: &dyn Fn(&str)) -> Result<Cluster, postgres_cluster::Error> {
    let binaries = Binaries::find(config.postgres_bin.as_deref())?;
    let options = Options {
        port: config.db_port,
        superuser: SUPERUSER.to_owned(),
        password: PASSWORD.to_owned(),
        unsafe_but_fast: config.throwaway,
    };
    say(&format!("Starting PostgreSQL {}", binaries.version));
    if config.throwaway {
        return Cluster::throwaway(binaries, &options, say);
    }
    if config.reset {
        Cluster::remove(&binaries, &config.data, say)?;
    }
    Cluster::start(binaries, &config.data, &options, say)
}
