//! The engine behind REST: its connections, its configuration, and its knowledge of the schema.

use std::{collections::HashMap, sync::Arc, time::Duration};

use postrust_auth::{JwtCache, JwtConfig};
use postrust_core::{AppConfig, SchemaCache, config::RoleSettings};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions, PgSslMode},
};
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::{
    AppState,
    error::{DbError, Startup},
    keys::JWT_SECRET,
};

/// Connections as `authenticator`, which can do nothing but become the role of a request.
const CONNECTIONS: u32 = 16;
/// Where a changed schema is announced; PostgREST's name for it.
const CHANNEL: &str = "pgrst";
const RETRY: Duration = Duration::from_secs(2);

/// What a request to REST runs against; cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    pool: PgPool,
    schema: RwLock<SchemaCache>,
    config: AppConfig,
    jwt: JwtConfig,
}

impl Engine {
    /// Connects, reads the schema, and follows the announcements of its changes from then on.
    pub(super) async fn start(state: &AppState) -> Result<Self, Startup> {
        let mut config = configuration(state);
        config.role_settings = role_settings(state).await?;
        let jwt = postrust_engine::jwt_config(&config)
            .map_err(|error| Startup(format!("The JWT secret cannot be used: {error}.")))?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(Duration::from_secs(10))
            .connect_lazy_with(connection(&state.database));
        let unreadable = |error: &dyn std::fmt::Display| {
            Startup(format!(
                "Could not read the schema for REST as the role `authenticator`: {error}."
            ))
        };
        let mut listener = PgListener::connect_with(&pool)
            .await
            .map_err(|error| unreadable(&error))?;
        // Listening begins before reading, so that no change falls in between.
        listener
            .listen(CHANNEL)
            .await
            .map_err(|error| unreadable(&error))?;
        let schema = read(&pool, &config)
            .await
            .map_err(|error| unreadable(&error))?;
        let engine = Self(Arc::new(Inner {
            pool,
            schema: RwLock::new(schema),
            config,
            jwt,
        }));
        tokio::spawn(follow(Arc::downgrade(&engine.0), listener));
        Ok(engine)
    }
}

impl postrust_engine::State for Engine {
    type Db = PgPool;
    type SchemaCache<'a> = RwLockReadGuard<'a, SchemaCache>;

    fn db(&self) -> &PgPool {
        &self.0.pool
    }

    async fn schema_cache(&self) -> RwLockReadGuard<'_, SchemaCache> {
        self.0.schema.read().await
    }

    fn config(&self) -> &AppConfig {
        &self.0.config
    }

    fn jwt_config(&self) -> &JwtConfig {
        &self.0.jwt
    }

    fn jwt_cache(&self) -> Option<&JwtCache> {
        None
    }
}

/// Reads the schema anew at each announcement, until the server is gone.
async fn follow(engine: std::sync::Weak<Inner>, mut listener: PgListener) {
    loop {
        // A lost connection is opened anew by the next call, and may have missed an announcement.
        if listener.recv().await.is_err() {
            tokio::time::sleep(RETRY).await;
        }
        let Some(engine) = engine.upgrade() else {
            return;
        };
        match read(&engine.pool, &engine.config).await {
            Ok(schema) => *engine.schema.write().await = schema,
            Err(error) => eprintln!("REST keeps its old knowledge of the schema: {error}"),
        }
    }
}

async fn read(pool: &PgPool, config: &AppConfig) -> Result<SchemaCache, postrust_core::Error> {
    SchemaCache::load_with_search_path(pool, &config.db_schemas, &config.db_extra_search_path).await
}

fn configuration(state: &AppState) -> AppConfig {
    let api = &state.settings.api;
    let mut config = AppConfig::default();
    config.db_schemas.clone_from(&api.schemas);
    config
        .db_extra_search_path
        .clone_from(&api.extra_search_path);
    config.db_max_rows = i64::try_from(api.max_rows).ok();
    config.db_anon_role = Some("anon".to_owned());
    config.jwt_secret = Some(JWT_SECRET.to_owned());
    config.compat_mode = true;
    config
}

/// Becoming a role brings none of its settings with it; PostgREST sets them itself, and so does the engine.
async fn role_settings(state: &AppState) -> Result<HashMap<String, RoleSettings>, Startup> {
    let client = state.admin.get().await.map_err(DbError::from)?;
    let rows = client
        .query(
            r"select rolname, case when value ~ '^\d+$' then value::bigint
                else (extract(epoch from value::interval) * 1000)::bigint end
              from pg_roles, unnest(rolconfig) setting, split_part(setting, '=', 2) value
              where setting like 'statement\_timeout=%'",
            &[],
        )
        .await
        .map_err(DbError::from)?;
    let settings = rows.iter().map(|row| {
        let mut settings = RoleSettings::default();
        settings.statement_timeout = u64::try_from(row.get::<_, i64>(1)).ok();
        (row.get(0), settings)
    });
    Ok(settings.collect())
}

fn connection(database: &tokio_postgres::Config) -> PgConnectOptions {
    let host = match database.get_hosts().first() {
        Some(tokio_postgres::config::Host::Tcp(host)) => host.clone(),
        Some(tokio_postgres::config::Host::Unix(folder)) => folder.to_string_lossy().into_owned(),
        None => "127.0.0.1".to_owned(),
    };
    PgConnectOptions::new_without_pgpass()
        .host(&host)
        .port(database.get_ports().first().copied().unwrap_or(5432))
        .database(database.get_dbname().unwrap_or("postgres"))
        .username("authenticator")
        .password("postgres")
        .ssl_mode(PgSslMode::Disable)
}
