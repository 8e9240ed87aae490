//! Database changes: who gets which, how they look, and in which order.

use serde_json::{Value, json};

use crate::support::{ANN, BOB, Server};

#[tokio::test(flavor = "multi_thread")]
async fn each_person_gets_what_the_policies_show_them() {
    let server = Server::start().await;
    let everything = json!([{"event": "*", "schema": "public"}]);
    let mut ann = server.listener(ANN, everything.clone()).await;
    let mut bob = server.listener(BOB, everything).await;

    server
        .sql(&format!(
            "insert into notes (id, owner_id, body, secret, tags, amount, big, done, extra, day, seen_at, txid)
             values ('11111111-1111-4111-8111-111111111111', '{ANN}', 'mine', 'hidden', '{{a,\"b c\"}}', 1.50,
               9223372036854775807, true, '{{\"k\": [1]}}', '2026-05-09', '2026-05-09 19:00:00.5+02', '77');
             insert into board values (1, 1, 'for all', null)"
        ))
        .await;

    let note = ann.change().await;
    assert_eq!(note["type"], "INSERT");
    assert_eq!(
        (&note["schema"], &note["table"]),
        (&json!("public"), &json!("notes"))
    );
    assert_eq!(
        note["record"],
        json!({
            "id": "11111111-1111-4111-8111-111111111111", "owner_id": ANN, "body": "mine", "tags": ["a", "b c"],
            "amount": number("1.50"), "big": 9_223_372_036_854_775_807_i64, "done": true, "extra": {"k": [1]},
            "day": "2026-05-09", "seen_at": "2026-05-09T17:00:00.5+00:00", "txid": "77"
        }),
        "the column without a grant is missing"
    );
    let columns: Vec<_> = note["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| &column["name"])
        .collect();
    assert!(!columns.contains(&&json!("secret")));
    assert_eq!(note["columns"][3], json!({"name": "tags", "type": "_text"}));
    assert!(note.get("old_record").is_none());
    assert_eq!(note["errors"], Value::Null);
    let stamp = note["commit_timestamp"].as_str().unwrap();
    assert!(stamp.len() == 24 && stamp.ends_with('Z'), "{stamp}");
    assert_eq!(ann.change().await["record"]["words"], "for all");
    assert_eq!(
        bob.change().await["record"]["words"],
        "for all",
        "nothing of the note came before"
    );

    server
        .sql("update notes set body = 'changed'; update board set words = 'new words'")
        .await;
    let update = ann.change().await;
    assert_eq!(update["type"], "UPDATE");
    assert_eq!(update["record"]["body"], "changed");
    assert_eq!(
        update["old_record"],
        json!({"id": "11111111-1111-4111-8111-111111111111"})
    );
    let full = bob.change().await;
    assert_eq!(
        full["old_record"],
        json!({"place": 1, "line": 1, "words": "for all", "price": null})
    );
    ann.change().await;

    server.sql("delete from notes; delete from board").await;
    for client in [&mut ann, &mut bob] {
        let delete = client.change().await;
        assert_eq!(
            (&delete["type"], &delete["table"]),
            (&json!("DELETE"), &json!("notes"))
        );
        assert_eq!(
            delete["old_record"],
            json!({"id": "11111111-1111-4111-8111-111111111111"})
        );
        assert!(delete.get("record").is_none());
        let delete = client.change().await;
        assert_eq!(
            delete["old_record"],
            json!({"place": 1, "line": 1}),
            "only the key under row level security"
        );
    }
}

/// A number as it is written, whatever precision the parser keeps.
fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_and_chosen_columns() {
    let server = Server::start().await;
    let bindings = json!([
        {"event": "*", "schema": "public", "table": "board", "filter": "place=in.(1,2)"},
        {"event": "INSERT", "schema": "public", "table": "board", "filter": "price=gte.1.5", "select": ["words"]},
        {"event": "*", "schema": "public", "table": "notes", "filter": format!("owner_id=eq.{}", ANN.to_uppercase())}
    ]);
    let mut client = server.client().await;
    let reply = client
        .join(
            "realtime:room",
            json!({"postgres_changes": bindings}),
            &server.token(ANN, 60),
        )
        .await;
    let bound = &reply["response"]["postgres_changes"];
    client.subscribed().await;
    server
        .sql("insert into board values (3, 1, 'no', 1.49), (3, 2, 'null', null), (3, 3, 'dear', 1.50), (2, 4, 'both', 9)")
        .await;
    let mut frame = client.event("postgres_changes").await;
    assert_eq!(frame[4]["ids"], json!([bound[1]["id"]]));
    assert_eq!(
        frame[4]["data"]["record"],
        json!({"place": 3, "line": 3, "words": "dear"})
    );
    for select in [false, true] {
        frame = client.event("postgres_changes").await;
        assert_eq!(frame[4]["data"]["record"]["words"], "both");
        assert_eq!(frame[4]["data"]["record"].get("price").is_none(), select);
    }
    server.sql("delete from board").await;
    server
        .sql(&format!(
            "insert into notes (owner_id, body) values ('{ANN}', 'mine')"
        ))
        .await;
    frame = client.event("postgres_changes").await;
    assert_eq!(
        (&frame[4]["data"]["type"], &frame[4]["data"]["old_record"]),
        (&json!("DELETE"), &json!({"place": 2, "line": 4}))
    );
    assert_eq!(client.change().await["record"]["body"], "mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_values_and_large_rows() {
    let server = Server::start().await;
    // Random text does not compress, so it is kept apart from its row and left out of the log when unchanged.
    let random = "(select string_agg(md5(i::text), '') from generate_series(1, 2000) i)";
    let mut ann = server
        .listener(ANN, json!([{"event": "*", "schema": "public"}]))
        .await;
    server
        .sql(&format!(
            "insert into notes (owner_id, body) values ('{ANN}', {random});
             update notes set done = true;
             insert into board values (1, 1, {random});
             update board set price = 1;
             insert into board values (1, 2, repeat('x', 1048577))"
        ))
        .await;
    assert_eq!(
        ann.change().await["record"]["body"].as_str().map(str::len),
        Some(64_000)
    );
    let update = ann.change().await;
    assert!(
        update["record"].get("body").is_none() && update["record"]["done"] == true,
        "the known value is not repeated"
    );
    ann.change().await;
    let full = ann.change().await;
    assert_eq!(
        full["record"]["words"].as_str().map(str::len),
        Some(64_000),
        "the full old row has it"
    );
    let large = ann.change().await;
    assert_eq!(large["errors"], json!(["Error 413: Payload Too Large"]));
    assert_eq!(large["record"], json!({"place": 1, "line": 2}));
}
