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

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcast_over_http_may_be_as_large_as_one_over_a_socket() {
    let server = server(Limits::default()).await;
    let token = server.token(ANN, 60);
    let long = |bytes: usize| json!({"text": "x".repeat(bytes)}).to_string();
    let one = "POST /realtime/v1/api/broadcast/inn/events/said";
    let (status, _, body) = server.http(one, &token, &long(2_900_000)).await;
    assert_eq!((status, body.as_str()), (202, ""));
    let (status, _, body) = server.http(one, &token, &long(3_100_000)).await;
    assert_eq!(status, 422);
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        body["errors"]["payload"][0],
        "Payload size exceeds tenant limit"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_bindings_or_conditions_are_refused_with_the_way_out() {
    let server = server(Limits::default()).await;
    let token = server.token(ANN, 60);
    let mut client = server.client().await;
    let binding = |filter: String| json!({"schema": "public", "table": "board", "filter": filter});
    let fitting: Vec<_> = (0..200)
        .map(|line| binding(format!("line=eq.{line},line=neq.{}", line + 1)))
        .collect();
    let mut many = fitting.clone();
    many.push(binding("line=eq.200".to_owned()));
    let long = binding(vec!["line=gt.0"; 51].join(","));
    for (bindings, told) in [
        (
            many,
            "Unable to subscribe to changes with given parameters. A channel takes at most 200 of `postgres_changes`, not 201: join a second channel for the others, or listen to a whole table.",
        ),
        (
            vec![long],
            "Error parsing `filter` params: at most 50 conditions, not 51: a list of values is one, `column=in.(…)`",
        ),
        (fitting, "Subscribed to PostgreSQL"),
    ] {
        client
            .join(
                "realtime:room",
                json!({"postgres_changes": bindings}),
                &token,
            )
            .await;
        assert_eq!(client.event("system").await[4]["message"], told);
    }
}
