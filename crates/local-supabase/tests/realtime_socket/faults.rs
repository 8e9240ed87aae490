//! Fault switches: each does what it says, and none is there unless the server was started with them.

use local_supabase::Config;
use serde_json::{Value, json};

use crate::support::{ANN, BOB, Client, Server};

#[tokio::test(flavor = "multi_thread")]
async fn without_the_flag_there_are_no_faults() {
    let server = Server::start().await;
    for method in ["POST", "GET", "DELETE"] {
        let (status, ..) = server.http(&format!("{method} /_faults"), "", "{}").await;
        assert_eq!(status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_switch_does_what_it_says() {
    let server = Server::start_with(Config {
        faults: true,
        ..Config::default()
    })
    .await;
    let bindings = json!([{"event": "INSERT", "schema": "public", "table": "board"}]);
    let mut ann = server.listener(ANN, bindings.clone()).await;

    // Changes that reach nobody.
    let pending = fault(&server, json!({"skip_changes": 2})).await;
    assert_eq!(pending["skip_changes"], 2);
    server
        .sql("insert into board values (1, 1); insert into board values (1, 2), (1, 3)")
        .await;
    assert_eq!(ann.change().await["record"]["line"], 3);

    // Answers of the test's own, for a beginning of a path and a method.
    let order = json!({"answer": {"path": "/rest/v1/", "method": "get", "status": 429, "retry_after": 7, "times": 2}});
    fault(&server, order).await;
    let token = server.token(ANN, 60);
    let (status, ..) = server.http("HEAD /rest/v1/board", &token, "").await;
    assert_eq!(status, 200, "another method");
    let (status, ..) = server.http("GET /realtime/v1/api/ping", &token, "").await;
    assert_eq!(status, 200, "another path");
    for _ in 0..2 {
        let (status, head, _) = server.http("GET /rest/v1/board", &token, "").await;
        assert_eq!(status, 429);
        assert!(head.contains("retry-after: 7"), "{head}");
    }
    let (status, ..) = server.http("GET /rest/v1/board", &token, "").await;
    assert_eq!(status, 200, "only so many times");

    // The change stream begins anew, and everybody is told.
    fault(&server, json!({"restart_capture": true})).await;
    ann.subscribed().await;
    server.sql("insert into board values (2, 1)").await;
    assert_eq!(ann.change().await["record"]["place"], 2);

    // Tokens of one user, and then of all.
    let mut bob = server.listener(BOB, bindings.clone()).await;
    fault(&server, json!({"expire_tokens": BOB})).await;
    expired(&mut bob).await;
    fault(&server, json!({"expire_tokens": true})).await;
    expired(&mut ann).await;

    // The system message never comes, nor do changes; then it comes again.
    let config = json!({ "postgres_changes": bindings });
    fault(&server, json!({"system": {"withhold": true}})).await;
    let reply = ann.join("realtime:mute", config.clone(), &token).await;
    assert_eq!(reply["status"], "ok");
    fault(&server, json!({"system": {"delay_ms": 300}})).await;
    let before = std::time::Instant::now();
    bob.join("realtime:late", config, &server.token(BOB, 60))
        .await;
    server.sql("insert into board values (3, 1)").await;
    bob.subscribed().await;
    assert!(before.elapsed().as_millis() >= 300);
    server.sql("insert into board values (3, 2)").await;
    assert_eq!(
        bob.change().await["record"]["line"],
        2,
        "what came before is lost"
    );
    ann.send(json!([null, "9", "phoenix", "heartbeat", {}]))
        .await;
    assert_eq!(
        ann.frame().await[1],
        "9",
        "nothing came to the channel without subscription"
    );

    // All ends.
    fault(&server, json!({"answer": {"path": "/", "status": 503}})).await;
    let (status, _, body) = server.http("DELETE /_faults", "", "").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, body),
        (
            200,
            json!({"skip_changes": 0, "system": {"delay_ms": 0}, "answers": []})
        )
    );

    // Sockets are closed with a code, or vanish.
    fault(&server, json!({"drop_sockets": 1012})).await;
    assert_eq!(ann.end().await.map(|(code, _)| code), Some(1012));
    bob.end().await;
    let mut late = server.client().await;
    fault(&server, json!({"drop_sockets": true})).await;
    assert_eq!(late.end().await, None);

    for wrong in [
        json!({"drop_socket": true}),
        json!([]),
        json!({"answer": {"path": 3}}),
    ] {
        let (status, _, body) = server.http("POST /_faults", "", &wrong.to_string()).await;
        assert_eq!(status, 400, "{wrong}");
        assert!(body.contains("This is no fault"), "{body}");
    }
}

async fn expired(client: &mut Client) {
    let told = client.event("system").await[4]["message"].clone();
    assert_eq!(told, "Token has expired 0 seconds ago");
    client.event("phx_close").await;
}

async fn fault(server: &Server, order: Value) -> Value {
    let (status, _, body) = server.http("POST /_faults", "", &order.to_string()).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}
