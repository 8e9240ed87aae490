//! `/rest/v1`: what is written, and who may, with the policies deciding.

use serde_json::{Value, json};

use crate::{
    rest::{NOTES, REPRESENTATION, note},
    support::Server,
};

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_inserted_merged_changed_and_deleted() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    let plain = server
        .call("POST", NOTES)
        .by(&ann)
        .json(&json!({"id": 1, "body": "one"}))
        .send()
        .await;
    assert_eq!(
        (plain.status.as_u16(), plain.body.as_str()),
        (201, Some(""))
    );
    let bulk = server
        .call(
            "POST",
            &format!("{NOTES}?columns=%22id%22,%22body%22&select=id"),
        )
        .by(&ann)
        .header("prefer", REPRESENTATION)
        .json(&json!([{"id": 2, "body": "two"}, {"id": 3, "body": "three"}]))
        .send()
        .await;
    assert_eq!(
        (bulk.status.as_u16(), bulk.body),
        (201, json!([{"id": 2}, {"id": 3}]))
    );

    let upsert = |resolution: &'static str, body: Value| {
        let prefer = format!("resolution={resolution},{REPRESENTATION}");
        server
            .call("POST", &format!("{NOTES}?on_conflict=id&select=id,body"))
            .by(&ann)
            .header("prefer", &prefer)
            .json(&body)
            .send()
    };
    let merged = upsert("merge-duplicates", json!({"id": 1, "body": "uno"})).await;
    assert_eq!(
        (merged.status.as_u16(), merged.body),
        (200, json!([{"id": 1, "body": "uno"}]))
    );
    assert_eq!(
        upsert("ignore-duplicates", json!({"id": 1, "body": "eins"}))
            .await
            .body,
        json!([])
    );

    let patch = |query: &str, prefer: &str| {
        server
            .call("PATCH", &format!("{NOTES}?{query}"))
            .by(&ann)
            .header("prefer", prefer)
            .json(&json!({"body": "new"}))
            .send()
    };
    let changed = patch("id=eq.1&rev=eq.1&select=id,body", REPRESENTATION).await;
    assert_eq!(
        (changed.status.as_u16(), changed.body),
        (200, json!([{"id": 1, "body": "new"}]))
    );
    let stale = patch("id=eq.1&rev=eq.7", REPRESENTATION).await;
    assert_eq!((stale.status.as_u16(), stale.body), (200, json!([])));
    let counted = patch("id=in.(2,3)", "count=exact").await;
    assert_eq!(
        (counted.status.as_u16(), counted.header("content-range")),
        (204, "0-1/2")
    );
    assert_eq!(patch("", "").await.refusal(), (400, "21000"));

    let deleted = server
        .call("DELETE", &format!("{NOTES}?id=eq.2&select=id"))
        .by(&ann)
        .header("prefer", REPRESENTATION)
        .send()
        .await;
    assert_eq!(
        (deleted.status.as_u16(), deleted.body),
        (200, json!([{"id": 2}]))
    );
    assert_eq!(
        server
            .call("DELETE", &format!("{NOTES}?id=eq.3"))
            .by(&ann)
            .send()
            .await
            .status,
        204
    );
    assert_eq!(
        server.call("DELETE", NOTES).by(&ann).send().await.refusal(),
        (400, "21000")
    );
    let left = server
        .call("GET", &format!("{NOTES}?select=id"))
        .by(&ann)
        .send()
        .await;
    assert_eq!(left.body, json!([{"id": 1}]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policies_decide_who_sees_and_writes() {
    let server = Server::start().await;
    let (ann, bob) = (server.member("ann").await, server.member("bob").await);
    note(&server, &ann, json!({"id": 1, "body": "mine"})).await;

    let seen = |by| {
        let call = server.call("GET", &format!("{NOTES}?select=body"));
        match by {
            Some(member) => call.by(member),
            None => call,
        }
        .send()
    };
    assert_eq!(seen(Some(&ann)).await.body, json!([{"body": "mine"}]));
    assert_eq!(seen(Some(&bob)).await.body, json!([]));
    assert_eq!(seen(None).await.refusal(), (401, "42501"));

    let others = note(&server, &bob, json!({"body": "x", "owner_id": ann.id})).await;
    assert_eq!(others.refusal(), (403, "42501"));
    let version = note(&server, &bob, json!({"body": "x", "rev": 9})).await;
    assert_eq!(
        version.refusal(),
        (403, "42501"),
        "the column is not granted"
    );
    let change = |method: &'static str| {
        server
            .call(method, &format!("{NOTES}?id=eq.1"))
            .by(&bob)
            .json(&json!({"body": "x"}))
            .send()
    };
    assert_eq!(change("PATCH").await.status, 204);
    assert_eq!(change("DELETE").await.status, 204);
    assert_eq!(
        seen(Some(&ann)).await.body,
        json!([{"body": "mine"}]),
        "untouched"
    );
    let secret = server.state.keys.secret.clone();
    let service = server
        .call("GET", &format!("{NOTES}?select=body"))
        .header("apikey", &secret)
        .send()
        .await;
    assert_eq!(service.body, json!([{"body": "mine"}]));
}
