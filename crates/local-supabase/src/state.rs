//! What every request can reach.

use std::sync::{Arc, OnceLock};

use deadpool_postgres::Pool;

use crate::{
    Config, db,
    jwt::Secret,
    keys::{JWT_SECRET, Keys},
    project::Settings,
    realtime, rest,
    status_page::errors::Errors,
};

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// How the server was started.
    pub config: Arc<Config>,
    /// What the project's `config.toml` says.
    pub settings: Arc<Settings>,
    /// Where clients reach the server, without a trailing slash.
    pub public_url: Arc<str>,
    /// How to reach the database as its superuser; the change stream connects with this, too.
    pub database: tokio_postgres::Config,
    /// Connections as the superuser, for what a Supabase service does in its own name.
    pub admin: Pool,
    /// Signs and checks tokens.
    pub secret: Secret,
    /// The API keys.
    pub keys: Arc<Keys>,
    /// Connected sockets and their subscriptions.
    pub realtime: realtime::Handle,
    /// The engine behind REST, once it is started.
    pub rest: Arc<OnceLock<rest::Engine>>,
    /// The last requests that were refused.
    pub errors: Errors,
}

impl AppState {
    /// A state for the database that `database` reaches as a superuser.
    pub fn new(
        config: Config,
        settings: Settings,
        public_url: &str,
        database: tokio_postgres::Config,
    ) -> Self {
        let secret = Secret::new(JWT_SECRET);
        Self {
            realtime: realtime::Handle::new(config.limits.clone()),
            admin: db::pool(database.clone(), 16),
            keys: Arc::new(Keys::local(&secret)),
            config: Arc::new(config),
            settings: Arc::new(settings),
            public_url: public_url.into(),
            database,
            secret,
            rest: Arc::default(),
            errors: Errors::default(),
        }
    }
}
