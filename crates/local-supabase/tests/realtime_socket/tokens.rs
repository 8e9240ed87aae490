//! Tokens of channels: renewed while they last, and the end of a channel with its own.

use serde_json::json;

use crate::support::{ANN, BOB, Server};

#[tokio::test(flavor = "multi_thread")]
async fn tokens_end_and_are_renewed() {
    let server = Server::start().await;
    let bindings = json!([{"event": "*", "schema": "public", "table": "notes"}]);
    let config = json!({ "postgres_changes": bindings });
    let note = |owner: &str, body: &str| {
        format!("insert into notes (owner_id, body) values ('{owner}', '{body}')")
    };

    let mut client = server.client().await;
    client
        .join("realtime:room", config.clone(), &server.token(ANN, 600))
        .await;
    client.subscribed().await;
    let renewed = server.token(BOB, 8);
    client
        .send(json!(["1", "2", "realtime:room", "access_token", {"access_token": renewed}]))
        .await;
    client.subscribed().await;
    server.sql(&note(ANN, "not for bob")).await;
    server.sql(&note(BOB, "for bob")).await;
    assert_eq!(client.change().await["record"]["body"], "for bob");
    let system = client.event("system").await;
    assert_eq!(
        (&system[4]["extension"], &system[4]["status"]),
        (&json!("system"), &json!("error"))
    );
    let told = system[4]["message"].as_str().unwrap();
    assert!(
        told.starts_with("Token has expired ") && told.ends_with(" seconds ago"),
        "{told}"
    );
    assert_eq!(
        client.event("phx_close").await,
        json!(["1", "1", "realtime:room", "phx_close", {}])
    );

    client
        .join("realtime:room", config, &server.token(ANN, 60))
        .await;
    client.subscribed().await;
    client
        .send(json!(["1", "3", "realtime:room", "access_token", {"access_token": "nonsense"}]))
        .await;
    let system = client.event("system").await;
    assert_eq!(
        system[4]["message"],
        "The token provided is not a valid JWT"
    );
    client.event("phx_close").await;
}
