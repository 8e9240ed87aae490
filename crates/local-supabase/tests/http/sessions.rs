//! `/auth/v1`: signing in, going on, signing out.

use serde_json::{Value, json};

use crate::support::{Answer, Server};

async fn sign_in(server: &Server, password: &str) -> Answer {
    let body = json!({"email": "ann@test.example", "password": password});
    server
        .call("POST", "/auth/v1/token?grant_type=password")
        .json(&body)
        .send()
        .await
}

async fn refresh(server: &Server, token: &Value) -> Answer {
    let body = json!({ "refresh_token": token });
    server
        .call("POST", "/auth/v1/token?grant_type=refresh_token")
        .json(&body)
        .send()
        .await
}

async fn user(server: &Server, token: &Value) -> Answer {
    let value = format!("Bearer {}", token.as_str().unwrap());
    server
        .call("GET", "/auth/v1/user")
        .header("authorization", &value)
        .send()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_opens_a_session_and_a_wrong_one_does_not() {
    let server = Server::start().await;
    server.member("ann").await;
    assert_eq!(
        sign_in(&server, "secret-2").await.refusal(),
        (400, "invalid_credentials")
    );
    let signed_in = sign_in(&server, "secret-1").await;
    assert_eq!(signed_in.status, 200);
    let shown = user(&server, &signed_in.body["access_token"]).await;
    assert_eq!(shown.body["email"], "ann@test.example");
    assert_eq!(shown.body["id"], signed_in.body["user"]["id"]);

    server
        .sql("update auth.users set email_confirmed_at = null")
        .await;
    assert_eq!(
        sign_in(&server, "secret-1").await.refusal(),
        (400, "email_not_confirmed")
    );
    server.sql("update auth.users set email_confirmed_at = now(), banned_until = now() + interval '1 hour'").await;
    assert_eq!(
        sign_in(&server, "secret-1").await.refusal(),
        (400, "user_banned")
    );
    assert_eq!(
        user(&server, &signed_in.body["access_token"])
            .await
            .refusal(),
        (403, "user_banned")
    );

    let other = server
        .call("POST", "/auth/v1/token?grant_type=pkce")
        .json(&json!({}))
        .send()
        .await;
    assert_eq!(other.refusal(), (400, "invalid_credentials"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_hashed_by_a_seed_is_accepted() {
    let server = Server::start().await;
    server.member("ann").await;
    server
        .sql("update auth.users set encrypted_password = extensions.crypt('from-seed', extensions.gen_salt('bf'))")
        .await;
    assert_eq!(sign_in(&server, "from-seed").await.status, 200);
    assert_eq!(sign_in(&server, "secret-1").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_tokens_rotate_and_a_copied_one_ends_the_session() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    let first = json!(ann.refresh_token);

    let second = refresh(&server, &first).await.body["refresh_token"].clone();
    assert_ne!(second, first);
    // The answer may have been lost on its way: the same token is answered with the same successor.
    assert_eq!(refresh(&server, &first).await.body["refresh_token"], second);
    let third = refresh(&server, &second).await.body["refresh_token"].clone();
    assert_eq!(refresh(&server, &third).await.status, 200);

    let copied = refresh(&server, &first).await;
    assert_eq!(copied.refusal(), (400, "refresh_token_already_used"));
    let fourth = refresh(&server, &third).await;
    assert_eq!(
        fourth.refusal(),
        (400, "refresh_token_already_used"),
        "the whole family is revoked"
    );

    assert_eq!(
        refresh(&server, &json!("abcdefghijkl")).await.refusal(),
        (400, "refresh_token_not_found")
    );
    assert_eq!(
        refresh(&server, &json!("")).await.refusal(),
        (400, "validation_failed")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_refreshes_of_one_session_agree() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    let token = json!(ann.refresh_token);
    let (one, other) = tokio::join!(refresh(&server, &token), refresh(&server, &token));
    assert_eq!(
        (one.status.as_u16(), other.status.as_u16()),
        (200, 200),
        "{} {}",
        one.body,
        other.body
    );
    assert_eq!(one.body["refresh_token"], other.body["refresh_token"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_sessions_it_names() {
    let server = Server::start().await;
    server.member("ann").await;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.push(sign_in(&server, "secret-1").await.body);
    }
    let logout = |token: &Value, query: &'static str| {
        let value = format!("Bearer {}", token["access_token"].as_str().unwrap());
        server
            .call("POST", &format!("/auth/v1/logout{query}"))
            .header("authorization", &value)
            .send()
    };
    let alive = |token: &Value| {
        let token = token["access_token"].clone();
        let server = &server;
        async move { user(server, &token).await.status == 200 }
    };

    assert_eq!(
        logout(&tokens[0], "?scope=nobody").await.refusal(),
        (400, "validation_failed")
    );
    assert_eq!(logout(&tokens[0], "?scope=local").await.status, 204);
    assert!(!alive(&tokens[0]).await && alive(&tokens[1]).await && alive(&tokens[2]).await);
    assert_eq!(
        refresh(&server, &tokens[0]["refresh_token"])
            .await
            .refusal(),
        (400, "refresh_token_not_found")
    );
    assert_eq!(logout(&tokens[1], "?scope=others").await.status, 204);
    assert!(alive(&tokens[1]).await && !alive(&tokens[2]).await);
    assert_eq!(logout(&tokens[1], "").await.status, 204);
    assert_eq!(
        user(&server, &tokens[1]["access_token"]).await.refusal(),
        (403, "session_not_found")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_refused_when_it_is_forged_foreign_or_past() {
    let server = Server::with_lifetime(0).await;
    let ann = server.member("ann").await;
    let past = user(&server, &json!(ann.token)).await;
    assert_eq!(past.refusal(), (403, "bad_jwt"));
    assert!(
        past.body["msg"].as_str().unwrap().contains("expired"),
        "{}",
        past.body
    );
    let forged = local_supabase::jwt::Secret::new("guess").sign_text(r#"{"role":"service_role"}"#);
    assert_eq!(
        user(&server, &json!(forged)).await.refusal(),
        (403, "bad_jwt")
    );
    let key = server.state.keys.anon.clone();
    let answer = user(&server, &json!(key)).await;
    assert_eq!(answer.body["msg"], "invalid claim: missing sub claim");
    assert_eq!(
        server.call("GET", "/auth/v1/user").send().await.refusal(),
        (401, "no_authorization")
    );
}
