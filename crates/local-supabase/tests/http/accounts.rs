//! `/auth/v1`: registering, and one's own account.

use serde_json::json;

use crate::support::Server;

#[tokio::test(flavor = "multi_thread")]
async fn registering_makes_the_account_and_signs_in() {
    let server = Server::start().await;
    let body =
        json!({"email": " Ann@Test.Example", "password": "secret-1", "data": {"name": "ann"}});
    let answer = server
        .call("POST", "/auth/v1/signup")
        .json(&body)
        .send()
        .await;

    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["token_type"], "bearer");
    assert_eq!(answer.body["expires_in"], 3600);
    let user = &answer.body["user"];
    assert_eq!(user["email"], "ann@test.example");
    assert_eq!(user["role"], "authenticated");
    assert_eq!(
        user["app_metadata"],
        json!({"provider": "email", "providers": ["email"]})
    );
    assert_eq!(user["user_metadata"]["name"], "ann");
    assert_eq!(user["identities"][0]["provider"], "email");
    assert!(user["email_confirmed_at"].as_str().unwrap().ends_with('Z'));

    let claims = server
        .state
        .secret
        .decode(answer.body["access_token"].as_str().unwrap())
        .unwrap()
        .raw;
    for (name, value) in [
        ("iss", json!("http://127.0.0.1:54321/auth/v1")),
        ("sub", user["id"].clone()),
        ("aud", json!("authenticated")),
        ("role", json!("authenticated")),
        ("email", json!("ann@test.example")),
        ("aal", json!("aal1")),
        ("is_anonymous", json!(false)),
        ("exp", answer.body["expires_at"].clone()),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert_eq!(claims["amr"][0]["method"], "password");
    assert!(claims["session_id"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_registered_is_refused_with_a_reason() {
    let server = Server::start().await;
    server.member("ann").await;
    let sign_up = async |body| {
        let body: serde_json::Value = body;
        server
            .call("POST", "/auth/v1/signup")
            .json(&body)
            .send()
            .await
    };
    for (body, status, code) in [
        (
            json!({"email": "ANN@test.example", "password": "secret-1"}),
            422,
            "user_already_exists",
        ),
        (
            json!({"email": "nonsense", "password": "secret-1"}),
            400,
            "validation_failed",
        ),
        (
            json!({"email": "bob@test.example", "password": "short"}),
            422,
            "weak_password",
        ),
        (
            json!({"email": "bob@test.example", "password": "x".repeat(73)}),
            400,
            "validation_failed",
        ),
        (
            json!({"email": "bob@test.example"}),
            400,
            "validation_failed",
        ),
        (
            json!({"phone": "123", "password": "secret-1"}),
            400,
            "phone_provider_disabled",
        ),
        (json!({}), 422, "anonymous_provider_disabled"),
        (json!([]), 400, "bad_json"),
    ] {
        let answer = sign_up(body.clone()).await;
        assert_eq!(answer.refusal(), (status, code), "{body}: {}", answer.body);
        assert_eq!(answer.header("x-sb-error-code"), code);
    }
    let weak = sign_up(json!({"email": "bob@test.example", "password": "short"})).await;
    assert_eq!(weak.body["weak_password"], json!({"reasons": ["length"]}));

    // The database refuses: older clients are told why, newer ones only that.
    let taken =
        json!({"email": "bob@test.example", "password": "secret-1", "data": {"name": "ann"}});
    let answer = sign_up(taken.clone()).await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.body["code"], "23505");
    assert!(
        answer.body["message"]
            .as_str()
            .unwrap()
            .contains("members_name_key")
    );
    let newer = server
        .call("POST", "/auth/v1/signup")
        .header("x-supabase-api-version", "2024-01-01")
        .json(&taken)
        .send()
        .await;
    assert_eq!(
        newer.body,
        json!({"code": "unexpected_failure", "message": "Database error saving new user"})
    );
    assert_eq!(
        (
            newer.status.as_u16(),
            newer.header("x-supabase-api-version")
        ),
        (500, "2024-01-01")
    );
    let teapot = sign_up(
        json!({"email": "t@test.example", "password": "secret-1", "data": {"name": "teapot"}}),
    )
    .await;
    assert_eq!(teapot.status, 418);
    assert_eq!(
        teapot.body,
        json!({"code": "PT418", "message": "I am a teapot", "hint": "Drink me."})
    );

    let free = sign_up(
        json!({"email": "bob@test.example", "password": "secret-1", "data": {"name": "bob"}}),
    )
    .await;
    assert_eq!(free.status, 200, "nothing of the refused attempts is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_change_their_own_account() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    server.member("bob").await;
    let change = async |body| {
        let body: serde_json::Value = body;
        server
            .call("PUT", "/auth/v1/user")
            .by(&ann)
            .json(&body)
            .send()
            .await
    };

    let changed = change(json!({"data": {"colour": "red", "name": null}})).await;
    assert_eq!(changed.body["user_metadata"]["colour"], "red");
    assert!(changed.body["user_metadata"].get("name").is_none());
    assert_eq!(
        change(json!({"password": "secret-1"})).await.refusal(),
        (422, "same_password")
    );
    assert_eq!(
        change(json!({"email": "bob@test.example"})).await.refusal(),
        (422, "email_exists")
    );
    let moved = change(json!({"email": "anna@test.example", "password": "secret-2"})).await;
    assert_eq!(moved.body["email"], "anna@test.example", "{}", moved.body);

    let sign_in = async |email: &'static str, password: &'static str| {
        let body = json!({"email": email, "password": password});
        server
            .call("POST", "/auth/v1/token?grant_type=password")
            .json(&body)
            .send()
            .await
            .status
    };
    assert_eq!(sign_in("anna@test.example", "secret-2").await, 200);
    assert_eq!(sign_in("anna@test.example", "secret-1").await, 400);
    assert_eq!(sign_in("ann@test.example", "secret-2").await, 400);
}
