//! A channel's life: handshake, join, system messages, and the end.

use serde_json::{Value, json};

use crate::support::{ANN, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_from_join_to_leave() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let config = json!({
        "presence": {"enabled": true, "key": "ann"},
        "postgres_changes": [
            {"event": "*", "schema": "public", "table": "board"},
            {"event": "INSERT", "schema": "public", "table": "board", "filter": "line=eq.1"}
        ]
    });
    client.send(json!(["7", "8", "realtime:room", "phx_join", {"config": config, "access_token": server.token(ANN, 60)}])).await;
    let reply = client.frame().await;
    assert_eq!(
        (&reply[0], &reply[1], &reply[3]),
        (&json!("7"), &json!("8"), &json!("phx_reply"))
    );
    let bound = reply[4]["response"]["postgres_changes"].as_array().unwrap();
    assert_eq!(
        (&bound[1]["filter"], &bound[1]["event"]),
        (&json!("line=eq.1"), &json!("INSERT"))
    );
    assert!(bound[0].get("filter").is_none() && bound[0]["id"] != bound[1]["id"]);
    let state = client.frame().await;
    assert_eq!(
        state,
        json!(["7", null, "realtime:room", "presence_state", {}])
    );
    let system = client.frame().await;
    assert_eq!(
        system,
        json!(["7", null, "realtime:room", "system", {"extension": "postgres_changes", "status": "ok",
            "message": "Subscribed to PostgreSQL", "channel": "room"}])
    );

    server
        .sql("insert into board values (1, 1, 'x', null)")
        .await;
    let change = client.frame().await;
    assert_eq!(change[0], Value::Null);
    assert_eq!(
        change[4]["ids"],
        json!([bound[0]["id"], bound[1]["id"]]),
        "one frame names both bindings"
    );
    server
        .sql("insert into board values (1, 2, 'x', null)")
        .await;
    assert_eq!(client.frame().await[4]["ids"], json!([bound[0]["id"]]));

    client
        .send(json!([null, "9", "phoenix", "heartbeat", {}]))
        .await;
    assert_eq!(
        client.frame().await,
        json!([null, "9", "phoenix", "phx_reply", {"status": "ok", "response": {}}])
    );
    client
        .send(json!(["7", "10", "realtime:room", "phx_leave", {}]))
        .await;
    assert_eq!(client.frame().await[1], "10");
    assert_eq!(
        client.frame().await,
        json!(["7", "7", "realtime:room", "phx_close", {}])
    );
    client
        .send(json!(["7", "11", "realtime:room", "broadcast", {}]))
        .await;
    assert_eq!(
        client.frame().await[4],
        json!({"status": "error", "response": {"reason": "unmatched topic"}})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn version_1_and_frames_that_are_no_frames() {
    let server = Server::start().await;
    let mut client = server
        .client_with(&format!("apikey={}", server.state.keys.anon))
        .await
        .unwrap();
    for nonsense in [json!([1, 2]), json!("x"), json!({"topic": 3})] {
        client.send(nonsense).await;
    }
    client
        .send(json!({"topic": "phoenix", "event": "heartbeat", "payload": {}, "ref": "1"}))
        .await;
    let reply = client.frame().await;
    assert_eq!(
        reply,
        json!({"topic": "phoenix", "event": "phx_reply", "payload": {"status": "ok", "response": {}}, "ref": "1"})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_say_why() {
    let server = Server::start().await;
    let other = local_supabase::jwt::Secret::new("another");
    let claims = |text: &str| serde_json::from_str(text).unwrap();
    for (query, status, text) in [
        (String::new(), 401, "API key is missing"),
        (
            "apikey=nonsense".into(),
            401,
            "The token provided is not a valid JWT",
        ),
        (
            format!(
                "apikey={}",
                other.sign(&claims(r#"{"role":"anon","exp":9999999999}"#))
            ),
            401,
            "Failed to validate JWT signature",
        ),
        (
            format!("apikey={}", server.token(ANN, -5)),
            401,
            "Token has expired",
        ),
        (
            format!("apikey={}&vsn=3.0.0", server.state.keys.anon),
            400,
            "unsupported vsn 3.0.0",
        ),
    ] {
        let refusal = server.client_with(&query).await.err();
        assert_eq!(refusal, Some((status, json!({ "error": text }))), "{query}");
    }

    let mut client = server.client().await;
    let refused = |reply: Value| {
        assert_eq!(reply["status"], "error", "{reply}");
        reply["response"]["reason"].as_str().unwrap().to_owned()
    };
    let token = server.token(ANN, 60);
    let expired = client
        .join("realtime:a", json!({}), &server.token(ANN, -7))
        .await;
    assert!(refused(expired).starts_with("InvalidJWTToken: Token has expired "));
    let reason = refused(client.join("realtime:a", json!({}), "a.b.c").await);
    assert_eq!(
        reason,
        "MalformedJWT: The token provided is not a valid JWT"
    );
    let reason = refused(client.join("realtime:", json!({}), &token).await);
    assert_eq!(reason, "TopicNameRequired: You must provide a topic name");
    let reason = refused(
        client
            .join("realtime:a", json!({"private": true}), &token)
            .await,
    );
    assert_eq!(
        reason,
        "Unauthorized: You do not have permissions to read from this Channel topic: a"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_binding_keeps_all_from_living() {
    let server = Server::start().await;
    let token = server.token(ANN, 60);
    let good = json!({"event": "*", "schema": "public", "table": "board"});
    for (bad, message) in [
        (
            json!({"event": "INSERT", "schema": "public", "table": "nowhere"}),
            "Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: [event: INSERT, schema: public, table: nowhere, filters: [], select: nil]",
        ),
        (
            json!({"event": "*", "schema": "public", "table": "board", "filter": "nope=eq.1"}),
            "invalid column for filter nope",
        ),
        (
            json!({"event": "*", "schema": "public", "table": "notes", "filter": "secret=eq.1"}),
            "invalid column for filter secret",
        ),
        (
            json!({"event": "*", "schema": "public", "table": "board", "filter": "line=eq.many"}),
            "invalid input syntax for type integer",
        ),
        (
            json!({"event": "*", "schema": "public", "table": "board", "filter": "line=foo.1"}),
            "Error parsing `filter` params: [\"foo\", \"1\"]",
        ),
        (json!({"event": "*"}), "No subscription params provided"),
    ] {
        let mut client = server.client().await;
        let reply = client
            .join(
                "realtime:room",
                json!({"postgres_changes": [good, bad]}),
                &token,
            )
            .await;
        assert_eq!(reply["status"], "ok", "the channel itself is joined");
        let system = client.event("system").await;
        assert_eq!(system[4]["status"], "error");
        let told = system[4]["message"].as_str().unwrap();
        assert!(told.contains(message), "{told}");
    }
}
