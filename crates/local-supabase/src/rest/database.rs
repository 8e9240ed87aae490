//! The database as the engine uses it: few connections, and one round trip to PostgreSQL for a request.
//!
//! Each connection logs in as `authenticator`, which can do nothing but become the role of a request. Beginning,
//! the settings of the request, its statement and the commit are sent together, and their answers read
//! together ([`transaction`]). What a statement yields is made JSON by PostgreSQL ([`json`]), so every type looks as
//! PostgreSQL writes it.

mod call;
mod connection;
mod course;
mod flight;
mod guard;
mod json;
mod line;
mod settings;
mod statements;
mod transaction;
mod value;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use postrust_core::db::{Db, DbError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(super) use call::Arguments;
use connection::Connection;
pub(super) use course::{Course, StandIn, Trouble};
use transaction::Transaction;

/// Connections that are open at most.
const CONNECTIONS: usize = 16;
/// How long a request waits for one of them.
const WAIT: Duration = Duration::from_secs(10);

/// The connections of REST; cheap to clone.
#[derive(Clone)]
pub struct Database(Arc<Shared>);

struct Shared {
    config: tokio_postgres::Config,
    idle: Mutex<Vec<Connection>>,
    free: Arc<Semaphore>,
}

/// A connection on loan; the place it took is free again once this is gone.
struct Loan {
    connection: Connection,
    shared: Arc<Shared>,
    _place: OwnedSemaphorePermit,
}

impl Database {
    /// Connections to the database that `config` reaches, as `authenticator`; none is opened yet.
    pub(super) fn new(config: &tokio_postgres::Config) -> Self {
        Self(Arc::new(Shared {
            config: as_authenticator(config),
            idle: Mutex::default(),
            free: Arc::new(Semaphore::new(CONNECTIONS)),
        }))
    }

    /// How its connections are opened.
    pub(super) fn config(&self) -> &tokio_postgres::Config {
        &self.0.config
    }

    async fn borrow(&self) -> Result<Loan, DbError> {
        let place = tokio::time::timeout(WAIT, Arc::clone(&self.0.free).acquire_owned())
            .await
            .map_err(|_| {
                Course::current().note_busy();
                DbError::connection("no connection got free in time")
            })?
            .map_err(|closed| DbError::connection(closed.to_string()))?;
        loop {
            let idle = self.0.lock().pop();
            let connection = match idle {
                Some(mut connection) => {
                    if connection.has_closed() {
                        continue;
                    }
                    connection
                }
                None => Connection::open(&self.0.config).await?,
            };
            return Ok(Loan {
                connection,
                shared: Arc::clone(&self.0),
                _place: place,
            });
        }
    }
}

impl Db for Database {
    type Tx<'a> = Transaction;

    async fn begin(&self) -> Result<Transaction, DbError> {
        Ok(Transaction::new(self.borrow().await?))
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Loan {
    /// Gives the connection back, with no transaction open on it.
    fn give_back(self) {
        if self.connection.is_fit() {
            self.shared.lock().push(self.connection);
        }
    }

    /// Ends the connection with whatever it was asked for.
    async fn give_up(self) {
        self.connection.give_up(&self.shared.config).await;
    }
}

fn as_authenticator(config: &tokio_postgres::Config) -> tokio_postgres::Config {
    let mut config = config.clone();
    config
        .user("authenticator")
        .password("postgres")
        .application_name("PostgREST")
        // As every hosted project has it; the machine's own zone is nobody's business.
        .options("-c TimeZone=UTC");
    config
}
