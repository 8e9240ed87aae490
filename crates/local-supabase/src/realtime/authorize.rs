//! What a member may do on a private topic, by the policies on `realtime.messages`.

use std::time::Duration;

use deadpool_postgres::{Pool, Timeouts};
use tokio_postgres::{Transaction, error::SqlState, types::Type};
use uuid::Uuid;

use super::{
    hub::{Rights, Topic},
    token::Identity,
};
use crate::error::DbError;

/// How long a join waits for a free connection: clients give up after ten seconds, and are to hear why.
const PATIENCE: Duration = Duration::from_secs(4);

/// The rights on a topic; public topics grant everything.
///
/// Each right is tried out with probe rows, in a transaction that is undone: what a SELECT sees may be
/// heard, what an INSERT may write may be said.
///
/// # Errors
/// The reason with which the join is refused.
pub async fn rights(admin: &Pool, topic: &Topic, identity: &Identity) -> Result<Rights, String> {
    if !topic.private {
        return Ok(Rights::ALL);
    }
    let name = topic.name.strip_prefix("realtime:").unwrap_or(&topic.name);
    let rights = rights_of(admin, name, identity).await?;
    if rights.hear || rights.see {
        return Ok(rights);
    }
    Err(format!(
        "Unauthorized: You do not have permissions to read from this Channel topic: {name}"
    ))
}

/// Whether somebody may send to a topic, who need not hear it.
///
/// # Errors
/// The database is away.
pub async fn may_speak(admin: &Pool, topic: &Topic, identity: &Identity) -> Result<bool, String> {
    if !topic.private {
        return Ok(true);
    }
    let name = topic.name.strip_prefix("realtime:").unwrap_or(&topic.name);
    Ok(rights_of(admin, name, identity).await?.speak)
}

async fn rights_of(admin: &Pool, name: &str, identity: &Identity) -> Result<Rights, String> {
    match probe(admin, name, identity).await {
        Ok(rights) => Ok(rights),
        Err(error) if error.is_passing() => Err(
            "UnableToConnectToProject: Realtime was unable to connect to the project database"
                .to_owned(),
        ),
        // A policy that fails allows nothing.
        Err(error) => {
            eprintln!(
                "realtime: the policies on realtime.messages failed for topic {name:?}: {error}"
            );
            Ok(Rights::NONE)
        }
    }
}

async fn probe(admin: &Pool, topic: &str, identity: &Identity) -> Result<Rights, DbError> {
    let timeouts = Timeouts {
        wait: Some(PATIENCE),
        ..admin.timeouts()
    };
    let mut client = admin.timeout_get(&timeouts).await?;
    let mut transaction = client.transaction().await?;
    let (broadcast, presence) = (Uuid::new_v4(), Uuid::new_v4());
    transaction
        .query_typed(
            "insert into realtime.messages (id, topic, extension, private)
             values ($1, $3, 'broadcast', true), ($2, $3, 'presence', true)",
            &[
                (&broadcast, Type::UUID),
                (&presence, Type::UUID),
                (&topic, Type::TEXT),
            ],
        )
        .await?;
    transaction
        .query_typed(
            "select set_config('realtime.topic', $1, true), set_config('request.jwt.claims', $2, true),
               set_config('request.jwt.claim.sub', coalesce($2::jsonb ->> 'sub', ''), true),
               set_config('request.jwt.claim.role', $3, true), set_config('request.headers', '{}', true),
               set_config('role', $3, true)",
            &[(&topic, Type::TEXT), (&identity.claims, Type::TEXT), (&identity.role, Type::TEXT)],
        )
        .await?;
    let mut rights = Rights::NONE;
    rights.speak = may_write(&mut transaction, topic, "broadcast").await?;
    rights.show = may_write(&mut transaction, topic, "presence").await?;
    let seen = transaction
        .query_typed(
            "select id from realtime.messages where id in ($1, $2)",
            &[(&broadcast, Type::UUID), (&presence, Type::UUID)],
        )
        .await?;
    for id in seen.iter().map(|row| row.get::<_, Uuid>(0)) {
        rights.hear |= id == broadcast;
        rights.see |= id == presence;
    }
    transaction.rollback().await?;
    Ok(rights)
}

async fn may_write(
    transaction: &mut Transaction<'_>,
    topic: &str,
    extension: &str,
) -> Result<bool, DbError> {
    let attempt = transaction.transaction().await?;
    let written = attempt
        .query_typed(
            "insert into realtime.messages (topic, extension, private) values ($1, $2, true)",
            &[(&topic, Type::TEXT), (&extension, Type::TEXT)],
        )
        .await
        .map_err(DbError::from);
    attempt.rollback().await?;
    match written {
        Ok(_) => Ok(true),
        Err(error) if error.is(&SqlState::INSUFFICIENT_PRIVILEGE) => Ok(false),
        Err(error) => Err(error),
    }
}
