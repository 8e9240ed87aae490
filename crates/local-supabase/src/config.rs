//! What the command line decides.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use crate::realtime::Limits;

/// Everything that can be set when the server starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where the API listens. Beyond this machine it has keys of its own and refuses the well-known ones.
    pub listen: IpAddr,
    /// TCP port of the API; 0 means any free one.
    pub port: u16,
    /// TCP port of PostgreSQL on 127.0.0.1; 0 means any free one.
    pub db_port: u16,
    /// Folder that keeps the database between starts.
    pub data: PathBuf,
    /// The `supabase` folder with `migrations/` and `seed.sql`.
    pub project: Option<PathBuf>,
    /// Throw the kept data away and begin from the seed.
    pub reset: bool,
    /// Folder of the PostgreSQL programs, when they are not to be searched for.
    pub postgres_bin: Option<PathBuf>,
    /// A running PostgreSQL to use instead of starting one.
    pub database_url: Option<String>,
    /// Use a temporary data folder and remove it at exit.
    pub throwaway: bool,
    /// Stop when standard input closes.
    pub exit_with_stdin: bool,
    /// Lifetime of access tokens in seconds, when it is not to be the project's.
    pub jwt_expiry: Option<u64>,
    /// Cost factor of bcrypt for new passwords.
    pub bcrypt_cost: u32,
    /// What may be used of Realtime.
    pub limits: Limits,
    /// The header that a proxy names a client's address in; without one, nobody's sign-ins are limited.
    pub rate_limit_header: Option<String>,
    /// Let tests make things go wrong.
    pub faults: bool,
}

impl Config {
    /// Whether other machines can reach the API.
    pub fn is_exposed(&self) -> bool {
        !self.listen.is_loopback()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: Ipv4Addr::LOCALHOST.into(),
            port: 54321,
            db_port: 54322,
            data: PathBuf::from(".local/postgres"),
            project: None,
            reset: false,
            postgres_bin: None,
            database_url: None,
            throwaway: false,
            exit_with_stdin: false,
            jwt_expiry: None,
            bcrypt_cost: 10,
            limits: Limits::default(),
            rate_limit_header: None,
            faults: false,
        }
    }
}
