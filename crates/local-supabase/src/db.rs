//! One transaction with role and claims set, so that row level security does the deciding.

use std::time::Duration;

use deadpool_postgres::{
    Client, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Transaction,
};
use tokio_postgres::{IsolationLevel, NoTls, types::Type};

use crate::error::DbError;

/// On whose behalf a transaction runs.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The database role (`anon`, `authenticated`, `service_role`, or one of the project's own).
    pub role: String,
    /// The claims as JSON text; what `auth.uid()` and policies read.
    pub claims: String,
}

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only look.
    Read,
    /// Look and change.
    Write,
}

/// A pool of at most `size` connections, opened when first needed.
pub fn pool(config: tokio_postgres::Config, size: usize) -> Pool {
    let manager = Manager::from_config(
        config,
        NoTls,
        ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        },
    );
    Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(Duration::from_secs(10)))
        .create_timeout(Some(Duration::from_secs(10)))
        .build()
        .expect("a runtime is given, which is all that timeouts ask for")
}

/// Begins a transaction as `caller`; dropping it undoes everything.
///
/// # Errors
/// What PostgreSQL says, for example `22023` for a role that does not exist.
pub async fn begin<'c>(
    client: &'c mut Client,
    caller: &Caller,
    access: Access,
) -> Result<Transaction<'c>, DbError> {
    let transaction = client
        .build_transaction()
        .isolation_level(IsolationLevel::ReadCommitted)
        .read_only(access == Access::Read)
        .start()
        .await?;
    transaction
        .query_typed(
            "select set_config('request.jwt.claims', $2, true), set_config('role', $1, true)",
            &[(&caller.role, Type::TEXT), (&caller.claims, Type::TEXT)],
        )
        .await?;
    Ok(transaction)
}
