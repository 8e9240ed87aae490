//! Former broadcasts of a private topic, as `realtime.messages` keeps them.

use deadpool_postgres::Pool;
use serde_json::{Value, json};
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::join::Replay;
use crate::error::DbError;

/// The payloads of the latest broadcasts, oldest first.
///
/// # Errors
/// The reason with which the join is refused.
pub async fn messages(admin: &Pool, topic: &str, replay: Replay) -> Result<Vec<Value>, String> {
    read(admin, topic, replay).await.map_err(|error| {
        eprintln!("realtime: no replay for topic {topic:?}: {error}");
        "UnableToReplayMessages: Realtime was unable to replay messages".to_owned()
    })
}

async fn read(admin: &Pool, topic: &str, replay: Replay) -> Result<Vec<Value>, DbError> {
    let client = admin.get().await?;
    let rows = client
        .query_typed(
            "select id, event, payload from realtime.messages
             where topic = $1 and private and extension = 'broadcast'
               and inserted_at >= to_timestamp($2::int8 / 1000.0) at time zone 'utc'
             order by inserted_at desc limit $3",
            &[
                (&topic, Type::TEXT),
                (&replay.since, Type::INT8),
                (&replay.limit, Type::INT8),
            ],
        )
        .await?;
    let messages = rows.iter().rev().map(|row| {
        let (id, event, payload) = (
            row.get::<_, Uuid>(0),
            row.get::<_, Option<String>>(1),
            row.get::<_, Option<Value>>(2),
        );
        json!({
            "type": "broadcast", "event": event, "payload": payload,
            "meta": {"id": id.to_string(), "replayed": true},
        })
    });
    Ok(messages.collect())
}
