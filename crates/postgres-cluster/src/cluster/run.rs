//! How the server of a cluster is run: its settings and its port.

use std::{net::TcpListener, path::Path};

use super::Options;
use crate::{Binaries, Error, folder::Folder, process::Process};

/// Starts the server on data that exists.
pub(super) fn run(
    folder: &Folder,
    binaries: &Binaries,
    options: &Options,
    throwaway: Option<&Path>,
) -> Result<Process, Error> {
    Process::start(
        &folder.account,
        &binaries.program("postgres"),
        &arguments(options),
        &folder.cluster(),
        &folder.log(),
        throwaway,
    )
}

/// Everything that differs from PostgreSQL's defaults, given at each start so that it follows the program.
fn arguments(options: &Options) -> Vec<String> {
    let mut settings = vec![
        format!("port={}", options.port),
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

/// The port that is wanted, which must be free, or any free one for 0.
pub(super) fn free_port(wanted: u16) -> Result<u16, Error> {
    TcpListener::bind(("127.0.0.1", wanted))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|_| Error::PortTaken(wanted))
}
