//! A change stream of the database: logical replication of one publication through a temporary slot.
//!
//! The transport (`pgwire-replication`) and the parser (`pg_walstream`) stay behind [`Stream`]; nothing
//! else knows them. The slot is made in the session that reads it, so it dies with that session and never
//! keeps old log files on the disk.

mod decode;

use std::{fmt, path::PathBuf, time::Duration};

use pgwire_replication::{Lsn, ReplicationClient, ReplicationConfig, ReplicationEvent, TlsConfig};
use tokio_postgres::config::Host;

use self::decode::Decoder;
use super::change::Batch;

/// Name of the publication whose tables are streamed.
pub const PUBLICATION: &str = "supabase_realtime";
/// Name of the publication of what the database broadcasts.
pub const MESSAGES: &str = "supabase_realtime_messages_publication";
/// A transaction of more rows than this is handed over in parts.
const ROWS: usize = 200;

/// Why the stream ended.
#[derive(Debug)]
pub struct Lost(pub String);

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<pgwire_replication::PgWireError> for Lost {
    fn from(error: pgwire_replication::PgWireError) -> Self {
        Self(error.to_string())
    }
}

impl From<tokio_postgres::Error> for Lost {
    fn from(error: tokio_postgres::Error) -> Self {
        Self(error.to_string())
    }
}

/// A running change stream.
pub struct Stream {
    client: ReplicationClient,
    decoder: Decoder,
}

impl Stream {
    /// Connects, makes a temporary slot and starts streaming: every transaction that commits after this
    /// returns is going to arrive.
    ///
    /// # Errors
    /// When the database is away or refuses, for example because `wal_level` is not `logical`.
    pub async fn start(database: &tokio_postgres::Config, publication: &str) -> Result<Self, Lost> {
        let slot = format!("local_realtime_{}", uuid::Uuid::new_v4().simple());
        let mut client =
            ReplicationClient::connect_gated(config(database, &slot, publication)?).await?;
        client
            .simple_query(&format!(
                "CREATE_REPLICATION_SLOT {slot} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT"
            ))
            .await?;
        client.start().await?;
        client.wait_started().await?;
        Ok(Self {
            client,
            decoder: Decoder::default(),
        })
    }

    /// Waits for the next rows; dropping the future loses nothing.
    ///
    /// # Errors
    /// The stream is over and has to be started anew.
    pub async fn next(&mut self) -> Result<Batch, Lost> {
        loop {
            let Some(event) = self.client.recv().await? else {
                return Err(Lost("the database ended the change stream".to_owned()));
            };
            match event {
                ReplicationEvent::Begin {
                    commit_time_micros,
                    xid,
                    ..
                } => {
                    self.decoder.begin(xid, commit_time_micros);
                }
                ReplicationEvent::XLogData { data, .. } => {
                    self.decoder.message(data).map_err(Lost)?;
                    if self.decoder.pending() >= ROWS
                        && let Some(batch) = self.decoder.take()
                    {
                        return Ok(batch);
                    }
                }
                ReplicationEvent::Commit { end_lsn, .. } => {
                    self.confirm(end_lsn);
                    if let Some(batch) = self.decoder.take() {
                        return Ok(batch);
                    }
                }
                // Without this, a database that is shutting down would wait for us to have read it all.
                ReplicationEvent::KeepAlive { wal_end, .. } if self.decoder.pending() == 0 => {
                    self.confirm(wal_end);
                }
                ReplicationEvent::KeepAlive { .. } | ReplicationEvent::Message { .. } => {}
                ReplicationEvent::StoppedAt { .. } => {
                    return Err(Lost("the change stream stopped".to_owned()));
                }
            }
        }
    }

    fn confirm(&self, position: Lsn) {
        self.client.update_applied_lsn(position);
    }
}

fn config(
    database: &tokio_postgres::Config,
    slot: &str,
    publication: &str,
) -> Result<ReplicationConfig, Lost> {
    let host = match database.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        Some(Host::Unix(folder)) => PathBuf::from(folder).display().to_string(),
        None => return Err(Lost("the database's address has no host".to_owned())),
    };
    let user = database.get_user().unwrap_or("postgres");
    let password = String::from_utf8_lossy(database.get_password().unwrap_or_default());
    let name = database.get_dbname().unwrap_or(user);
    Ok(ReplicationConfig::new(host, user, password, name, slot, publication)
        .with_port(database.get_ports().first().copied().unwrap_or(5432))
        .with_tls(TlsConfig::disabled())
        .with_status_interval(Duration::from_millis(200))
        .with_buffer_size(1024)
        .with_application_name(if publication == MESSAGES {
            "local-supabase messages"
        } else {
            "local-supabase realtime"
        })
        .with_options(
            "-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1 \
             -c bytea_output=hex",
        ))
}
