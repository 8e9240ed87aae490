//! Former broadcasts of a private topic, as `realtime.messages` keeps them.

use deadpool_postgres::Pool;
use serde_json::{Value, json};
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use super::{
    frame::{Encoding, Kept, UserBroadcast},
    join::Replay,
};
use crate::error::DbError;

/// A broadcast that is told again.
#[derive(Debug)]
pub struct Former {
    /// Its row.
    pub id: Uuid,
    /// What is told.
    pub told: Told,
}

/// How a former broadcast is told.
#[derive(Debug)]
pub enum Told {
    /// The payload of a text frame.
    Json(Value),
    /// Bytes, which only version 2 can hold.
    Bytes(UserBroadcast),
}

/// The latest broadcasts, oldest first.
///
/// # Errors
/// The reason with which the join is refused.
pub async fn messages(admin: &Pool, topic: &str, replay: Replay) -> Result<Vec<Former>, String> {
    read(admin, topic, replay).await.map_err(|error| {
        eprintln!("realtime: no replay for topic {topic:?}: {error}");
        "UnableToReplayMessages: Realtime was unable to replay messages".to_owned()
    })
}

async fn read(admin: &Pool, topic: &str, replay: Replay) -> Result<Vec<Former>, DbError> {
    let client = admin.get().await?;
    // Nothing of the future is told, beyond what clocks may differ.
    let rows = client
        .query_typed(
            "select id, event, payload, binary_payload from realtime.messages
             where topic = $1 and private and extension = 'broadcast'
               and inserted_at >= to_timestamp($2::int8 / 1000.0) at time zone 'utc'
               and inserted_at < now() at time zone 'utc' + interval '1 minute'
             order by inserted_at desc limit $3",
            &[
                (&topic, Type::TEXT),
                (&replay.since, Type::INT8),
                (&replay.limit, Type::INT8),
            ],
        )
        .await?;
    Ok(rows.iter().rev().map(former).collect())
}

fn former(row: &Row) -> Former {
    let id = row.get(0);
    let kept = Kept { id, replayed: true };
    let event: Option<String> = row.get(1);
    let told = match row.get::<_, Option<Vec<u8>>>(3) {
        Some(payload) => Told::Bytes(UserBroadcast {
            event: event.unwrap_or_default(),
            encoding: Encoding::Binary,
            payload,
            kept: Some(kept),
        }),
        None => Told::Json(json!({
            "type": "broadcast",
            "event": event,
            "payload": row.get::<_, Option<Value>>(2),
            "meta": kept.meta(),
        })),
    };
    Former { id, told }
}
