//! The change stream as a whole: order, interruptions, changed tables, failing policies, slow readers.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{ANN, BOB, Server};

#[tokio::test(flavor = "multi_thread")]
async fn changes_come_in_commit_order_whole_transactions_at_a_time() {
    let server = Server::start().await;
    let everything = json!([{"event": "*", "schema": "public", "table": "board"}]);
    let mut ann = server.listener(ANN, everything).await;
    let (mut early, connection) = server
        .state
        .database
        .connect(tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    // Begins first, commits last.
    let open = early.transaction().await.unwrap();
    open.batch_execute("insert into board values (9, 1)")
        .await
        .unwrap();
    for place in 1..=30 {
        server.sql(&format!("begin; insert into board values ({place}, 2); insert into board values ({place}, 3); commit")).await;
    }
    open.execute("insert into board values (9, 4)", &[])
        .await
        .unwrap();
    open.commit().await.unwrap();

    let mut heard = Vec::new();
    let mut stamps = Vec::new();
    for _ in 0..62 {
        let change = ann.change().await;
        heard.push((
            change["record"]["place"].as_u64().unwrap(),
            change["record"]["line"].as_u64().unwrap(),
        ));
        stamps.push(change["commit_timestamp"].as_str().unwrap().to_owned());
    }
    let mut expected: Vec<_> = (1..=30)
        .flat_map(|place| [(place, 2), (place, 3)])
        .collect();
    expected.extend([(9, 1), (9, 4)]);
    assert_eq!(heard, expected);
    assert!(stamps.is_sorted(), "{stamps:?}");
    assert_eq!(stamps[60], stamps[61], "one transaction, one time");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_interruption_everybody_is_told_and_changes_flow_again() {
    let server = Server::start().await;
    let everything = json!([{"event": "*", "schema": "public"}]);
    let mut ann = server.listener(ANN, everything.clone()).await;
    for victim in [
        "application_name = 'local-supabase realtime'",
        "application_name = 'local-supabase policies'",
    ] {
        server.sql("insert into board values (0, 0)").await;
        ann.event("postgres_changes").await;
        server.sql("delete from board").await;
        ann.event("postgres_changes").await;
        let ended = server
            .db
            .query(&format!("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and {victim}"), &[])
            .await
            .unwrap();
        assert_eq!(ended.len(), 1, "{victim}");
        // The session that judges is missed only when it is next needed.
        server
            .sql("insert into board values (1, 1, 'may be lost')")
            .await;
        ann.subscribed().await;
        server.sql("insert into board values (2, 2, 'heard')").await;
        while ann.change().await["record"]["words"] != "heard" {}
        server.sql("delete from board").await;
        ann.change().await;
    }
    assert_eq!(
        server.count("pg_replication_slots").await,
        2,
        "the slots of ended sessions are gone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_may_change_while_they_are_heard() {
    let server = Server::start().await;
    let mut ann = server
        .listener(ANN, json!([{"event": "*", "schema": "public"}]))
        .await;
    server
        .sql("insert into board values (1, 1, 'before')")
        .await;
    ann.change().await;
    server.sql("alter table board add column mood text default 'fine'; insert into board values (1, 2, 'after')").await;
    assert_eq!(ann.change().await["record"]["mood"], "fine");
    server.sql("revoke select on board from authenticated; grant select (place, line) on board to authenticated; insert into board values (1, 3, 'hidden')").await;
    assert_eq!(ann.change().await["record"], json!({"place": 1, "line": 3}));

    // A new table is heard by those who listen to the whole schema; a type of its own is text.
    server
        .sql(
            "create type mood as enum ('good', 'bad');
             create domain points as numeric;
             create table fresh (id int8 primary key, mood mood, points points, kinds mood[]);
             grant select on fresh to authenticated;
             alter publication supabase_realtime add table fresh;
             insert into fresh values (1, 'good', 2.50, '{good,bad}')",
        )
        .await;
    let fresh = ann.change().await;
    let points: Value = serde_json::from_str("2.50").unwrap();
    assert_eq!(
        fresh["record"],
        json!({"id": 1, "mood": "good", "points": points, "kinds": ["good", "bad"]})
    );
    assert_eq!(fresh["columns"][1]["type"], "mood");
    server
        .sql("drop table fresh; insert into board values (1, 4)")
        .await;
    assert_eq!(ann.change().await["record"]["line"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_told_comes_as_an_error_and_a_failing_policy_hurts_nobody_else() {
    let server = Server::start().await;
    server
        .sql(&format!(
            "create table keyless (words text); grant select on keyless to authenticated;
             create table locked (id int primary key, words text); grant select (words) on locked to authenticated;
             create table brittle (id int primary key, divisor int); grant select on brittle to authenticated;
             alter table brittle enable row level security;
             create policy brittle on brittle for select to authenticated
               using (case when auth.uid() = '{BOB}' then 1 / divisor > 0 else true end);
             alter publication supabase_realtime add table keyless, locked, brittle"
        ))
        .await;
    let everything = json!([{"event": "*", "schema": "public"}]);
    let mut ann = server.listener(ANN, everything.clone()).await;
    let mut bob = server.listener(BOB, everything).await;

    server
        .sql("insert into keyless values ('x'); insert into locked values (1, 'y')")
        .await;
    for (table, error) in [
        ("keyless", "Error 400: Bad Request, no primary key"),
        ("locked", "Error 401: Unauthorized"),
    ] {
        let change = ann.change().await;
        assert_eq!(
            (&change["table"], &change["errors"]),
            (&json!(table), &json!([error]))
        );
        assert_eq!(
            (&change["record"], &change["columns"]),
            (&json!({}), &json!([]))
        );
        assert_eq!(change["commit_timestamp"], Value::Null);
        bob.change().await;
    }

    server
        .sql("insert into brittle values (1, 0); insert into board values (1, 1)")
        .await;
    assert_eq!(ann.change().await["table"], "brittle");
    assert_eq!(
        bob.change().await["table"],
        "board",
        "only the failing policy's row is missing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_is_cut_off_and_holds_nobody_up() {
    let server = Server::start().await;
    let everything = json!([{"event": "INSERT", "schema": "public", "table": "board"}]);
    let mut ann = server.listener(ANN, everything.clone()).await;
    let mut sleepy = server.listener(BOB, everything).await;
    for line in 0..80 {
        server
            .sql(&format!(
                "insert into board values (1, {line}, repeat('x', 500000))"
            ))
            .await;
        assert_eq!(ann.change().await["record"]["line"], line);
    }
    let mut read = 0;
    let end = loop {
        match sleepy.message().await {
            Some(message) if message.is_text() => read += 1,
            Some(Message::Close(close)) => break close.map(|close| u16::from(close.code)),
            _ => break None,
        }
    };
    assert!(read < 80, "the connection ended before the last change");
    assert_eq!(end, Some(1013), "with a code that says to try again");
}
