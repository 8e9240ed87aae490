//! A private PostgreSQL cluster as a child process: found, created, started and stopped without the system's service manager.
//!
//! It speaks no SQL and keeps no connection. It refuses to listen anywhere but on 127.0.0.1 and, because
//! PostgreSQL refuses to run as root, runs it as an unprivileged account when the caller is root.
//! Read [`Cluster`] first, then [`Binaries`].

mod account;
mod binaries;
mod cluster;
mod error;
mod folder;
mod process;

pub use binaries::Binaries;
pub use cluster::{Cluster, Options};
pub use error::Error;
