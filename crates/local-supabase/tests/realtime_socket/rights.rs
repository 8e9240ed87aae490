//! What becomes of a channel whose person loses a right to one of its tables.

use serde_json::json;

use crate::support::{ANN, Server};

#[tokio::test(flavor = "multi_thread")]
async fn one_table_falls_silent_and_the_other_does_not() {
    let server = Server::start().await;
    let bindings = json!([
        {"event": "*", "schema": "public", "table": "notes"},
        {"event": "*", "schema": "public", "table": "board"}
    ]);
    let mut ann = server.listener(ANN, bindings).await;
    let note = format!("insert into notes (owner_id, body) values ('{ANN}', 'mine')");
    server.sql(&note).await;
    assert_eq!(ann.change().await["table"], "notes");

    // Without a policy she sees no row of it.
    server.sql("drop policy own on notes").await;
    server.sql(&note).await;
    server.sql("insert into board values (1, 1)").await;
    assert_eq!(ann.change().await["table"], "board", "nothing of the notes");

    // Without a grant she is told that there is something, and nothing of it.
    server
        .sql(
            "create policy own on notes for select to authenticated using (owner_id = auth.uid());
              revoke select (id) on notes from authenticated",
        )
        .await;
    server.sql(&note).await;
    let told = ann.change().await;
    assert_eq!(
        (&told["table"], &told["record"], &told["errors"]),
        (
            &json!("notes"),
            &json!({}),
            &json!(["Error 401: Unauthorized"])
        )
    );
    server.sql("insert into board values (1, 2)").await;
    assert_eq!(ann.change().await["record"]["line"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_token_that_may_not_ask_for_one_binding_ends_all_of_the_channel() {
    let server = Server::start().await;
    let bindings = json!([
        {"event": "*", "schema": "public", "table": "notes", "filter": "body=eq.mine"},
        {"event": "*", "schema": "public", "table": "board"}
    ]);
    let mut ann = server.listener(ANN, bindings).await;
    server
        .sql("revoke select (body) on notes from authenticated")
        .await;
    let renewed = server.token(ANN, 900);
    ann.send(json!(["1", "2", "realtime:room", "access_token", {"access_token": renewed}]))
        .await;
    let told = ann.event("system").await;
    assert_eq!(told[4]["status"], "error");
    let message = told[4]["message"].as_str().unwrap();
    assert!(
        message.contains("invalid column for filter body"),
        "{message}"
    );
    // The channel itself is still joined, and hears nothing of either table.
    server.sql("insert into board values (1, 1)").await;
    let mut marker = server
        .listener(
            ANN,
            json!([{"event": "*", "schema": "public", "table": "board"}]),
        )
        .await;
    server.sql("insert into board values (1, 2)").await;
    // It may have begun to listen before the first was judged.
    while marker.change().await["record"]["line"] != 2 {}
    ann.send(json!([null, "3", "phoenix", "heartbeat", {}]))
        .await;
    assert_eq!(ann.frame().await[1], "3", "no change came before");
}
