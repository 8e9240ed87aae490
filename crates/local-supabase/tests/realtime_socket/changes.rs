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
