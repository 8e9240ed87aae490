//! The engine behind REST: its connections, its configuration, and its knowledge of the schema.

use std::{collections::HashMap, future::poll_fn, sync::Arc, time::Duration};

use postrust_auth::{JwtCache, JwtConfig};
use postrust_core::{AppConfig, SchemaCache, config::RoleSettings};
use tokio::sync::{RwLock, RwLockReadGuard, mpsc};
use tokio_postgres::{AsyncMessage, NoTls};

use crate::{
    AppState,
    error::{DbError, Startup},
};

use super::{database::Database, results, ungranted::Ungranted};

/// Where a changed schema is announced; PostgREST's name for it.
const CHANNEL: &str = "pgrst";
const RETRY: Duration = Duration::from_secs(2);
/// For so many seconds a token's signature is not checked again; its end is.
const TOKENS: u64 = 60;

/// What a request to REST runs against; cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    database: Database,
    schema: RwLock<SchemaCache>,
    ungranted: RwLock<Ungranted>,
    config: AppConfig,
    jwt: JwtConfig,
    tokens: Option<JwtCache>,
}

impl Engine {
    /// Connects, reads the schema, and follows the announcements of its changes from then on.
    pub(super) async fn start(state: &AppState) -> Result<Self, Startup> {
        let mut config = configuration(state);
        config.role_settings = role_settings(state).await?;
        let jwt = postrust_engine::jwt_config(&config)
            .map_err(|error| Startup(format!("The JWT secret cannot be used: {error}.")))?;
        let database = Database::new(&state.database);
        let unreadable = |error: &dyn std::fmt::Display| {
            Startup(format!(
                "Could not read the schema for REST as the role `authenticator`: {error}."
            ))
        };
        // Listening begins before reading, so that no change falls in between.
        let announced = listen(&database)
            .await
            .map_err(|error| unreadable(&error))?;
        let (schema, ungranted) = read(&database, &config)
            .await
            .map_err(|error| unreadable(&error))?;
        let engine = Self(Arc::new(Inner {
            database,
            schema: RwLock::new(schema),
            ungranted: RwLock::new(ungranted),
            config,
            jwt,
            tokens: JwtCache::new(true, TOKENS),
        }));
        tokio::spawn(follow(Arc::downgrade(&engine.0), announced));
        Ok(engine)
    }

    /// What PostgreSQL says of a table that nobody was granted anything on, if that is one.
    pub(super) async fn denial(&self, schema: &str, name: &str) -> Option<String> {
        self.0.ungranted.read().await.refusal(schema, name)
    }
}

impl postrust_engine::State for Engine {
    type Db = Database;
    type SchemaCache<'a> = RwLockReadGuard<'a, SchemaCache>;

    fn db(&self) -> &Database {
        &self.0.database
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
        self.0.tokens.as_ref()
    }
}

/// Hears of changed schemas for as long as its connection lasts.
struct Announced {
    changes: mpsc::Receiver<()>,
    _client: tokio_postgres::Client,
}

async fn listen(database: &Database) -> Result<Announced, tokio_postgres::Error> {
    let (client, mut connection) = database.config().connect(NoTls).await?;
    let (changed, changes) = mpsc::channel(1);
    tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            match message {
                // When one is waiting to be heeded, it stands for this one, too.
                AsyncMessage::Notification(_) => drop(changed.try_send(())),
                AsyncMessage::Notice(_) => {}
                _ => {}
            }
        }
    });
    client.batch_execute(&format!("listen {CHANNEL}")).await?;
    Ok(Announced {
        changes,
        _client: client,
    })
}

/// Reads the schema anew at each announcement, until the server is gone.
async fn follow(engine: std::sync::Weak<Inner>, mut announced: Announced) {
    loop {
        // A lost connection is opened anew, and may have missed an announcement.
        let lost = announced.changes.recv().await.is_none();
        let Some(engine) = engine.upgrade() else {
            return;
        };
        if lost {
            match listen(&engine.database).await {
                Ok(anew) => announced = anew,
                Err(_) => {
                    drop(engine);
                    tokio::time::sleep(RETRY).await;
                    continue;
                }
            }
        }
        match read(&engine.database, &engine.config).await {
            Ok((schema, ungranted)) => {
                *engine.schema.write().await = schema;
                *engine.ungranted.write().await = ungranted;
            }
            Err(error) => eprintln!("REST keeps its old knowledge of the schema: {error}"),
        }
    }
}

async fn read(
    database: &Database,
    config: &AppConfig,
) -> Result<(SchemaCache, Ungranted), postrust_core::Error> {
    let (schemas, path) = (&config.db_schemas, &config.db_extra_search_path);
    let mut schema = SchemaCache::load_with_search_path_from(database, schemas, path).await?;
    let ungranted = Ungranted::read(database, schemas, &schema.tables).await?;
    results::shape(&mut schema);
    Ok((schema, ungranted))
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
    config.jwt_secret = Some(state.jwt_secret.to_string());
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
