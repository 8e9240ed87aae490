//! A PostgreSQL for one test and a server over it, gone when they are dropped.
//!
//! Tests and benchmarks of `local-supabase` build on it; nothing that is released does. It needs a runtime of
//! several threads, because stopping a database blocks.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use std::path::PathBuf;

use axum::Router;
use local_supabase::{
    AppState, Config,
    postgres::{PASSWORD, SUPERUSER},
    project::{Project, Settings},
    setup,
};
use postgres_cluster::{Binaries, Cluster, Options};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_postgres::Client;

/// A database of its own; it stops when this is dropped.
pub struct Database {
    /// How its superuser reaches it.
    pub config: tokio_postgres::Config,
    cluster: Option<Cluster>,
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(cluster) = self.cluster.take() {
            tokio::task::block_in_place(|| cluster.stop());
        }
    }
}

impl Database {
    /// A database with nothing in it.
    pub async fn empty() -> Self {
        let cluster = tokio::task::spawn_blocking(|| {
            let options = Options {
                superuser: SUPERUSER.to_owned(),
                unsafe_but_fast: true,
                ..Options::default()
            };
            Cluster::throwaway(binaries(), &options, &|_| {}).expect("a cluster starts")
        });
        let cluster = cluster.await.unwrap();
        Self {
            config: reached_at(cluster.port()),
            cluster: Some(cluster),
        }
    }

    /// A database that is a project, with its migrations and seeds.
    pub async fn of(project: &Project) -> Self {
        let database = Self::empty().await;
        setup::prepare(&database.config, project, &|_| {})
            .await
            .unwrap();
        database
    }

    /// A session of its superuser.
    pub async fn connect(&self) -> Client {
        setup::connect(&self.config).await.unwrap()
    }
}

/// The PostgreSQL that `TAVERN_POSTGRES_BIN` names, or the one that is installed.
pub fn binaries() -> Binaries {
    let given = std::env::var_os("TAVERN_POSTGRES_BIN").map(PathBuf::from);
    Binaries::find(given.as_deref()).expect("PostgreSQL is installed")
}

/// How the superuser reaches a database on a port of this machine.
pub fn reached_at(port: u16) -> tokio_postgres::Config {
    let mut config = tokio_postgres::Config::new();
    config
        .host("127.0.0.1")
        .port(port)
        .user(SUPERUSER)
        .password(PASSWORD)
        .dbname("postgres");
    config
}

/// A server on a port of its own; it ends when this is dropped.
pub struct Server {
    /// What its requests reach.
    pub state: AppState,
    /// Its routes, for requests without a network in between.
    pub app: Router,
    /// Where it listens, as `127.0.0.1:port`.
    pub address: String,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Serves a database with the keys that everybody knows.
    pub async fn start(
        config: Config,
        settings: Settings,
        database: tokio_postgres::Config,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = AppState::new(config, settings, &format!("http://{address}"), database);
        let app = local_supabase::app(state.clone()).await.unwrap();
        let routes = app.clone();
        let task = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self {
            state,
            app,
            address,
            task,
        }
    }

    /// Stops it as a signal does, and starts another over the same database.
    pub async fn restart(&mut self) {
        self.task.abort();
        self.state.realtime.stop().await;
        let config = Config::clone(&self.state.config);
        let settings = Settings::clone(&self.state.settings);
        *self = Self::start(config, settings, self.state.database.clone()).await;
    }
}
