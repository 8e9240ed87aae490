//! What a restart of the service means, and a schema that changes while it runs.

use serde_json::json;

use crate::support::{ANN, Server};

/// Nothing is kept for clients: they are told that the service restarts, and have to catch up by themselves.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_is_announced_and_what_commits_meanwhile_is_lost() {
    let mut server = Server::start().await;
    let bindings = json!([{"event": "*", "schema": "public", "table": "board"}]);
    let mut before = server.listener(ANN, bindings.clone()).await;
    server.sql("insert into board values (1, 1)").await;
    before.change().await;
    // The client has to answer the close, so it reads while the service stops.
    let told = tokio::spawn(async move { before.end().await });
    server.restart().await;
    assert_eq!(
        told.await.unwrap(),
        Some((1012, "service restart".to_owned()))
    );

    server
        .sql("insert into board values (1, 2, 'in the gap')")
        .await;
    let mut after = server.listener(ANN, bindings).await;
    server.sql("insert into board values (1, 3)").await;
    assert_eq!(
        after.change().await["record"]["line"],
        3,
        "a subscription begins with what commits after it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_come_and_go_are_noticed() {
    let server = Server::start().await;
    server
        .sql("create table fresh (id int primary key); grant select on fresh to authenticated")
        .await;
    let token = server.token(ANN, 600);
    let (mut all, mut one) = (server.client().await, server.client().await);
    let of_schema = json!({"postgres_changes": [{"event": "*", "schema": "public"}]});
    all.join("realtime:all", of_schema, &token).await;
    all.subscribed().await;
    let of_table =
        json!({"postgres_changes": [{"event": "*", "schema": "public", "table": "fresh"}]});
    one.join("realtime:one", of_table, &token).await;
    let refused = one.event("system").await;
    assert_eq!(refused[4]["status"], "error", "the table is not published");

    server
        .sql("alter publication supabase_realtime add table fresh")
        .await;
    one.subscribed().await;
    all.subscribed().await;
    server.sql("insert into fresh values (1)").await;
    for client in [&mut one, &mut all] {
        assert_eq!(client.change().await["record"], json!({"id": 1}));
    }

    server
        .sql("alter table fresh add column words text; insert into fresh values (2, 'new column')")
        .await;
    for client in [&mut one, &mut all] {
        let change = client.change().await;
        assert_eq!(change["record"], json!({"id": 2, "words": "new column"}));
        assert_eq!(
            change["columns"][1],
            json!({"name": "words", "type": "text"})
        );
    }

    server
        .sql("alter publication supabase_realtime drop table fresh")
        .await;
    let told = one.event("system").await;
    assert_eq!(told[4]["status"], "error");
    assert!(
        told[4]["message"].as_str().unwrap().starts_with(
            "Unable to subscribe to changes with given parameters. Please check Realtime is enabled"
        ),
        "{told}"
    );
    all.subscribed().await;
    server
        .sql("insert into fresh values (3); insert into board values (1, 1)")
        .await;
    assert_eq!(
        all.change().await["table"],
        "board",
        "nothing of the former table came"
    );
}
