//! What the database broadcasts.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{ANN, BOB, Client, Server};

/// Everybody who is signed in may hear the club; Ann alone may speak.
pub async fn club() -> Server {
    let server = Server::start().await;
    server
        .sql(&format!(
            "create policy hear on realtime.messages for select to authenticated
               using (realtime.topic() = 'club' and extension = 'broadcast');
             create policy speak on realtime.messages for insert to authenticated
               with check (realtime.topic() = 'club' and auth.uid() = '{ANN}')"
        ))
        .await;
    server
}

/// A member of the club who knows that the database is heard.
pub async fn member(server: &Server, broadcast: Value) -> Client {
    let mut client = server.client().await;
    let config = json!({"private": true, "broadcast": broadcast});
    let joined = client
        .join("realtime:club", config, &server.token(ANN, 60))
        .await;
    assert_eq!(joined["status"], "ok", "{joined}");
    client
}

fn ready() -> Value {
    json!({"replication_ready": "true"})
}

/// A frame of kind 4: event, metadata, encoding and data.
pub fn user(message: Option<Message>) -> (String, Value, u8, Vec<u8>) {
    let Some(Message::Binary(bytes)) = message else {
        panic!("expected a binary frame, not {message:?}");
    };
    assert_eq!(bytes[0], 4);
    let lengths = bytes[1..4].iter().map(|length| usize::from(*length));
    let mut rest = &bytes[5..];
    let parts: Vec<_> = lengths
        .map(|length| {
            let (part, after) = rest.split_at(length);
            rest = after;
            String::from_utf8(part.to_vec()).unwrap()
        })
        .collect();
    assert_eq!(parts[0], "realtime:club");
    let meta = serde_json::from_str(&parts[2]).unwrap_or_default();
    (parts[1].clone(), meta, bytes[4], rest.to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_sends_reaches_the_members_of_the_topic() {
    let server = club().await;
    let mut ann = member(&server, ready()).await;
    let told = ann.event("system").await;
    assert_eq!(
        told[4],
        json!({"extension": "system", "status": "ok", "message": "Replication connection established", "channel": "club"})
    );
    // The public topic of the same name, in the version that has no binary frames.
    let mut old = server
        .client_with(&format!("apikey={}", server.state.keys.anon))
        .await
        .unwrap();
    old.send(json!({"topic": "realtime:club", "event": "phx_join", "ref": "1", "payload": {"config": {}}}))
        .await;
    old.frame().await;

    server
        .sql(
            r#"select realtime.send('{"seats": 3}', 'open', 'club');
               select realtime.send('{"id": "own"}', 'open', 'club', false);
               select realtime.send_binary('\x00ff', 'raw', 'club', false);
               select realtime.send_binary('\x00ff', 'raw', 'club')"#,
        )
        .await;
    let (event, meta, encoding, data) = user(ann.message().await);
    let data: Value = serde_json::from_slice(&data).unwrap();
    assert_eq!((event.as_str(), encoding), ("open", 1));
    assert_eq!(
        data,
        json!({"seats": 3, "id": meta["id"]}),
        "the payload is named like its row"
    );
    assert_eq!(meta.as_object().unwrap().len(), 1);
    let (event, _, encoding, data) = user(ann.message().await);
    assert_eq!(
        (event.as_str(), encoding, &data[..]),
        ("raw", 0, &[0, 255][..])
    );
    let frame = old.frame().await;
    assert_eq!(
        (
            &frame["event"],
            &frame["payload"]["event"],
            &frame["payload"]["payload"]
        ),
        (&json!("broadcast"), &json!("open"), &json!({"id": "own"}))
    );
    assert!(frame["payload"]["meta"]["id"].is_string());
    old.send(json!({"topic": "phoenix", "event": "heartbeat", "payload": {}, "ref": "2"}))
        .await;
    assert_eq!(old.frame().await["ref"], "2", "bytes are not for version 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trigger_tells_what_has_changed_and_a_lack_of_rights_fails_nobody() {
    let server = club().await;
    server
        .sql(
            "create table seats (id int primary key, who text);
             grant all on seats to authenticated;
             create function tell() returns trigger language plpgsql as $$ begin
               perform realtime.broadcast_changes('club', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
               return null;
             end $$;
             create trigger tell after insert or update or delete on seats for each row execute function tell()",
        )
        .await;
    let mut ann = member(&server, ready()).await;
    ann.event("system").await;
    let by = |who: &str| {
        format!("set role authenticated; set request.jwt.claims = '{{\"sub\": \"{who}\"}}';")
    };
    // Bob may change the table and may not speak to the club.
    server.sql(&by(BOB)).await;
    server.sql("insert into seats values (0, 'bob')").await;
    server.sql(&by(ANN)).await;
    for statement in [
        "insert into seats values (1, 'ann')",
        "update seats set who = 'eve' where id = 1",
        "delete from seats where id = 1",
    ] {
        server.sql(statement).await;
    }
    server.sql("reset role").await;
    let (one, two) = (
        json!({"id": 1, "who": "ann"}),
        json!({"id": 1, "who": "eve"}),
    );
    for (operation, record, old) in [
        ("INSERT", &one, &Value::Null),
        ("UPDATE", &two, &one),
        ("DELETE", &Value::Null, &two),
    ] {
        let (event, meta, _, data) = user(ann.message().await);
        assert_eq!(event, operation);
        let data: Value = serde_json::from_slice(&data).unwrap();
        assert_eq!(
            data,
            json!({"operation": operation, "schema": "public", "table": "seats", "record": record,
                "old_record": old, "id": meta["id"]})
        );
    }
    let refused = server
        .db
        .batch_execute("select realtime.broadcast_changes('club', 'x', 'TRUNCATE', 'seats', 'public', null, null)")
        .await;
    let message = refused
        .unwrap_err()
        .as_db_error()
        .unwrap()
        .message()
        .to_owned();
    assert_eq!(
        message,
        "Failed to process the row: Unexpected operation type: TRUNCATE"
    );
}

/// Waits until the database says that it is so.
async fn until(server: &Server, sql: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !server
        .db
        .query_one(sql, &[])
        .await
        .unwrap()
        .get::<_, bool>(0)
    {
        assert!(Instant::now() < deadline, "{sql}");
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_kept_for_three_days_and_arrive_again_after_an_interruption() {
    let mut server = club().await;
    server
        .sql(
            "insert into realtime.messages (topic, extension, private, event, payload, inserted_at)
             select 'club', 'broadcast', true, 'old', '{}', now() at time zone 'utc' - age
             from unnest(array[interval '71 hours', interval '73 hours']) age",
        )
        .await;
    server.restart().await;
    until(&server, "select count(*) = 1 from realtime.messages").await;
    for event in ["after a restart", "after a cut"] {
        let mut ann = member(&server, ready()).await;
        ann.event("system").await;
        server
            .sql(&format!("select realtime.send('{{}}', '{event}', 'club')"))
            .await;
        assert_eq!(user(ann.message().await).0, event);
        server
            .sql("select pg_terminate_backend(pid, 5000) from pg_stat_replication where application_name = 'local-supabase messages'")
            .await;
        until(&server, "select exists (select from pg_stat_replication where state = 'streaming' and application_name = 'local-supabase messages')").await;
    }
}
