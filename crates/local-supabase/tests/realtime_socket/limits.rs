//! Limits as a client meets them.

use std::time::Duration;

use local_supabase::{Config, realtime::Limits};
use serde_json::{Value, json};

use crate::support::{ANN, BOB, Server};

async fn server(limits: Limits) -> Server {
    Server::start_with(Config {
        limits,
        ..Config::default()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_clients_and_sockets_without_a_channel() {
    let server = server(Limits {
        clients: Some(1),
        sweep: Duration::from_millis(500),
        ..Limits::default()
    })
    .await;
    let (mut ann, mut bob) = (server.client().await, server.client().await);
    let joined = ann
        .join("realtime:a", json!({}), &server.token(ANN, 60))
        .await;
    assert_eq!(joined["status"], "ok");
    let refused = bob
        .join("realtime:a", json!({}), &server.token(BOB, 60))
        .await;
    assert_eq!(
        refused["response"]["reason"],
        "ConnectionRateLimitReached: Too many connected users"
    );
    let query = format!("apikey={}&vsn=2.0.0", server.state.keys.anon);
    assert_eq!(
        server.client_with(&query).await.err(),
        Some((429, json!({"error": "Too many connected users"})))
    );
    assert_eq!(
        bob.end().await,
        None,
        "a socket without a channel is cut off"
    );
    ann.send(json!([null, "2", "phoenix", "heartbeat", {}]))
        .await;
    assert_eq!(
        ann.event("phx_reply").await[1],
        "2",
        "one with a channel is not"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_joins_end_the_socket() {
    let server = server(Limits {
        joins: Some(1),
        ..Limits::default()
    })
    .await;
    let mut ann = server.client().await;
    for _ in 0..60 {
        ann.join("realtime:a", json!({}), &server.token(ANN, 60))
            .await;
    }
    let refused = ann
        .join("realtime:a", json!({}), &server.token(ANN, 60))
        .await;
    assert_eq!(
        refused["response"]["reason"],
        "ClientJoinRateLimitReached: Too many joins per second"
    );
    assert_eq!(ann.end().await.map(|(code, _)| code), Some(1001));
    let query = format!("apikey={}", server.state.keys.anon);
    assert_eq!(
        server.client_with(&query).await.err(),
        Some((429, json!({"error": "Too many joins per second"})))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_and_too_large_broadcasts() {
    let server = server(Limits {
        messages: Some(1),
        payload: 100,
        ..Limits::default()
    })
    .await;
    let (mut ann, mut bob) = (server.client().await, server.client().await);
    let ack = json!({"broadcast": {"ack": true}});
    ann.join("realtime:a", ack, &server.token(ANN, 60)).await;
    bob.join("realtime:a", json!({}), &server.token(BOB, 60))
        .await;
    let say = |words: &str| json!(["1", "2", "realtime:a", "broadcast", {"type": "broadcast", "event": "x", "payload": {"words": words}}]);
    ann.send(say(&"x".repeat(100))).await;
    assert_eq!(
        ann.event("phx_reply").await[4],
        json!({"status": "error", "response": "payload_size_exceeded"})
    );
    let token = server.token(BOB, 60);
    let body = json!({"messages": [{"topic": "a", "event": "x", "payload": {"words": "x".repeat(100)}}, {"topic": "a"}]});
    let (status, _, body) = server
        .http("POST /realtime/v1/api/broadcast", &token, &body.to_string())
        .await;
    assert_eq!(status, 422);
    let errors: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        errors,
        json!({"errors": {"messages": [
            {"payload": ["Payload size exceeds tenant limit"]},
            {"event": ["can't be blank"], "payload": ["can't be blank"]}
        ]}})
    );
    for _ in 0..30 {
        ann.send(say("")).await;
        assert_eq!(ann.event("phx_reply").await[4]["status"], "ok");
    }
    let told = bob.event("system").await;
    assert_eq!(told[4]["message"], "Too many messages per second");
    bob.event("phx_close").await;
    let body = json!({"messages": [{"topic": "a", "event": "x", "payload": {}}]}).to_string();
    let (status, _, body) = server
        .http("POST /realtime/v1/api/broadcast", &token, &body)
        .await;
    assert_eq!(
        (status, body.as_str()),
        (429, r#"{"message":"You have exceeded your rate limit"}"#)
    );
    ann.send(say("")).await;
    assert_eq!(
        ann.event("phx_reply").await[4]["status"],
        "ok",
        "the sender may go on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_database_is_not_told_as_a_lack_of_permission() {
    let server = server(Limits::default()).await;
    let mut client = server.client().await;
    server
        .sql("create policy all_topics on realtime.messages for select to authenticated using (true)")
        .await;
    let mut taken = Vec::new();
    for _ in 0..server.state.admin.status().max_size {
        taken.push(server.state.admin.get().await.unwrap());
    }
    let refused = client
        .join(
            "realtime:inn",
            json!({"private": true}),
            &server.token(ANN, 60),
        )
        .await;
    assert_eq!(
        refused["response"]["reason"],
        "UnableToConnectToProject: Realtime was unable to connect to the project database"
    );
    drop(taken);
    let joined = client
        .join(
            "realtime:inn",
            json!({"private": true}),
            &server.token(ANN, 60),
        )
        .await;
    assert_eq!(joined["status"], "ok");
}
