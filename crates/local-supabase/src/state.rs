//! What every request can reach.

use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

use deadpool_postgres::Pool;

use crate::{
    Config, auth, db,
    faults::Answers,
    jwt::{Secret, Verified},
    keys::{JWT_SECRET, Keys},
    project::Settings,
    realtime, rest,
    status_page::errors::Errors,
};

/// Shared by all requests; a clone is one more reference, as every layer of the router makes one for every request.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// What is shared.
pub struct Shared {
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
    /// What clients may still ask of `/auth/v1`.
    pub sign_ins: Arc<auth::Limits>,
    /// The text behind `secret`.
    pub jwt_secret: Arc<str>,
    /// Signs and checks tokens.
    pub secret: Secret,
    /// The tokens whose signature was found right lately.
    pub tokens: Verified,
    /// The API keys.
    pub keys: Arc<Keys>,
    /// Connected sockets and their subscriptions.
    pub realtime: realtime::Handle,
    /// Answers that a test gives in place of the services.
    pub answers: Answers,
    /// The engine behind REST, once it is started.
    pub rest: OnceLock<rest::Engine>,
    /// The last mails.
    pub mails: auth::mail::Mails,
    /// The last requests that were refused.
    pub errors: Errors,
}

impl AppState {
    /// A state for the database that `database` reaches as a superuser, with the keys that everybody knows.
    pub fn new(
        config: Config,
        settings: Settings,
        public_url: &str,
        database: tokio_postgres::Config,
    ) -> Self {
        let keys = Keys::local(&Secret::new(JWT_SECRET));
        Self::keyed(config, settings, public_url, database, JWT_SECRET, keys)
    }

    /// The same with keys of its own, as a server needs that other machines can reach.
    pub fn with_secret(
        config: Config,
        settings: Settings,
        public_url: &str,
        database: tokio_postgres::Config,
        secret: &str,
    ) -> Self {
        let keys = Keys::own(&Secret::new(secret));
        Self::keyed(config, settings, public_url, database, secret, keys)
    }

    fn keyed(
        config: Config,
        settings: Settings,
        public_url: &str,
        database: tokio_postgres::Config,
        secret: &str,
        keys: Keys,
    ) -> Self {
        let realtime = realtime::Handle::new(config.limits.clone());
        Self(Arc::new(Shared {
            errors: realtime.errors().clone(),
            realtime,
            admin: db::pool(database.clone(), 16),
            keys: Arc::new(keys),
            sign_ins: Arc::default(),
            mails: auth::mail::Mails::default(),
            jwt_secret: secret.into(),
            config: Arc::new(config),
            settings: Arc::new(settings),
            public_url: public_url.into(),
            database,
            secret: Secret::new(secret),
            tokens: Verified::default(),
            answers: Answers::default(),
            rest: OnceLock::new(),
        }))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
