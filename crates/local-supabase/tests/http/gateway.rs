//! What holds for every path: CORS, keys, and answers to what is not there.

use serde_json::json;

use crate::support::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_may_read_every_answer() {
    let server = Server::start().await;
    let origin = "http://localhost:8080";
    let preflight = server
        .call("OPTIONS", "/rest/v1/notes")
        .header("origin", origin)
        .header("access-control-request-method", "PATCH")
        .header("access-control-request-headers", "apikey,prefer,x-anything")
        .send()
        .await;
    assert_eq!(preflight.status, 200);
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    assert_eq!(
        preflight.header("access-control-allow-headers"),
        "apikey,prefer,x-anything"
    );
    assert!(
        preflight
            .header("access-control-allow-methods")
            .contains("PATCH")
    );
    assert_eq!(preflight.header("access-control-max-age"), "86400");

    for (method, path, status) in [
        ("GET", "/", 200),
        ("GET", "/auth/v1/health", 200),
        ("GET", "/auth/v1/user", 401),
        ("DELETE", "/auth/v1/user", 405),
        ("POST", "/auth/v1/otp", 501),
        ("POST", "/auth/v1/signup", 422),
        ("GET", "/rest/v1/notes", 401),
        ("GET", "/rest/v1/nothing", 404),
        ("GET", "/realtime/v1/api/ping", 200),
        ("GET", "/storage/v1/object", 404),
    ] {
        let answer = server
            .call(method, path)
            .header("origin", origin)
            .send()
            .await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            "*",
            "{method} {path}"
        );
        let exposed = answer.header("access-control-expose-headers");
        for name in ["content-range", "x-sb-error-code", "location"] {
            assert!(exposed.contains(name), "{method} {path}: {exposed}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_key_stands_for_its_role() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    let keys = server.state.keys.clone();
    let role = async |call: crate::support::Call<'_>| {
        call.json(&json!({})).send().await.body["role"].clone()
    };
    let ask = || server.call("POST", "/rest/v1/rpc/whoami");

    assert_eq!(
        role(ask().header("apikey", &keys.publishable)).await,
        "anon"
    );
    assert_eq!(
        role(ask().header("apikey", &keys.secret)).await,
        "service_role"
    );
    assert_eq!(
        role(ask().header("apikey", &keys.service_role)).await,
        "service_role"
    );
    let signed_out = format!("Bearer {}", keys.publishable);
    assert_eq!(
        role(
            ask()
                .header("apikey", &keys.publishable)
                .header("authorization", &signed_out)
        )
        .await,
        "anon"
    );
    assert_eq!(
        role(ask().header("apikey", &keys.publishable).by(&ann)).await,
        "authenticated"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_long_is_refused_as_such() {
    let server = Server::start().await;
    let body = json!({"email": "ann@test.example", "password": "x".repeat(3_000_000)});
    let answer = server
        .call("POST", "/auth/v1/signup")
        .json(&body)
        .send()
        .await;
    assert_eq!(answer.refusal(), (413, "request_entity_too_large"));
}
