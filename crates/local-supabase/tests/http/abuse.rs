//! `/auth/v1`: what is sent too often, and what is sent that makes no sense.

use local_supabase::Config;
use serde_json::{Value, json};

use crate::support::{Answer, Server};

const SIGN_UP: &str = "/auth/v1/signup";
const TOKEN: &str = "/auth/v1/token?grant_type=password";
const REFRESH: &str = "/auth/v1/token?grant_type=refresh_token";

async fn post(server: &Server, path: &str, body: Value) -> Answer {
    server.call("POST", path).json(&body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_too_often_is_told_when_to_come_back() {
    let config = Config {
        rate_limit_header: Some("x-forwarded-for".to_owned()),
        ..Config::default()
    };
    let server = Server::set(config, |project| {
        let rates = &mut project.settings.auth.rate_limit;
        (
            rates.sign_in_sign_ups,
            rates.token_refresh,
            rates.anonymous_users,
        ) = (2, 1, 1);
        project.settings.auth.enable_anonymous_sign_ins = true;
    })
    .await;
    let ask = async |path: &'static str, body: Value, from: &'static str| {
        let call = server.call("POST", path).json(&body);
        call.header("x-forwarded-for", from).send().await
    };
    let wrong = json!({"email": "ann@test.example", "password": "wrong-1"});
    for (path, body, allowed, longest) in [
        (TOKEN, wrong.clone(), 2, 150),
        (REFRESH, json!({"refresh_token": "abcdefghijkl"}), 1, 300),
        (SIGN_UP, json!({"data": {"name": "one"}}), 1, 3600),
    ] {
        for _ in 0..allowed {
            assert_ne!(
                ask(path, body.clone(), "10.9.9.9, 10.0.0.1").await.status,
                429,
                "{path}"
            );
        }
        // Whatever a client writes itself stands before what the proxy adds.
        let refused = ask(path, body.clone(), "10.8.8.8, 10.0.0.1").await;
        assert_eq!(
            refused.refusal(),
            (429, "over_request_rate_limit"),
            "{path}"
        );
        assert_eq!(refused.body["msg"], "Request rate limit reached");
        let wait: u32 = refused.header("retry-after").parse().unwrap();
        assert!((1..=longest).contains(&wait), "{path}: {wait}");
        assert_ne!(
            ask(path, body.clone(), "10.0.0.2").await.status,
            429,
            "{path}"
        );
    }
    for _ in 0..5 {
        assert_eq!(
            post(&server, TOKEN, wrong.clone()).await.status,
            400,
            "nobody is known by no address"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_the_answer_is_a_proper_one() {
    let server = Server::set(Config::default(), |project| {
        project.settings.auth.enable_anonymous_sign_ins = true;
    })
    .await;
    let ann = server.member("ann").await;
    let secret = server.state.keys.secret.clone();
    let odd = [
        "",
        "null",
        "[]",
        "{}",
        "7",
        "\"x\"",
        "{\"email\":",
        "{\"email\": 7}",
        "{\"email\": {}}",
        "\u{fffd}",
        r#"{"email": "a@b.c", "password": null}"#,
        r#"{"email": "\u0000@b.c", "password": "secret-1"}"#,
        r#"{"email": "x@y.z", "password": "pass\u0000word"}"#,
        r#"{"data": {"\u0000": 1}}"#,
        r#"{"data": []}"#,
        r#"{"data": {"name": {"deep": [[[[]]]]}}}"#,
        r#"{"refresh_token": "' or 1=1 --"}"#,
        r#"{"refresh_token": []}"#,
        r#"{"email": "a@b.c'; drop table auth.users; --", "password": "secret-1"}"#,
        r#"{"password": "secret-9"}"#,
        r#"{"id": "x"}"#,
        r#"{"email": "new@b.c", "role": "'; --"}"#,
        r#"{"ban_duration": "1e400h"}"#,
        r#"{"email": "é🦀@b.c", "password": "éééééé🦀"}"#,
        r#"{"email": "a@b.c", "email": "c@d.e"}"#,
        r#"{"user_metadata": {"a": 1e999}}"#,
        r#"{"gotrue_meta_security": 5, "phone": "+49"}"#,
    ];
    let list = "/auth/v1/admin/users";
    let one = format!("{list}/{}", ann.id);
    for (method, path) in [
        ("POST", SIGN_UP),
        ("POST", TOKEN),
        ("POST", REFRESH),
        ("POST", "/auth/v1/token?grant_type=%00"),
        ("POST", "/auth/v1/token"),
        ("PUT", "/auth/v1/user"),
        ("POST", "/auth/v1/logout?scope=%27"),
        ("POST", list),
        ("PUT", &*one),
        ("PUT", "/auth/v1/admin/users/x%00"),
        (
            "GET",
            "/auth/v1/admin/users?page=99999999999&per_page=99999999999",
        ),
    ] {
        for body in odd {
            let mut call = server
                .call(method, path)
                .raw(body.to_owned(), Some("application/json"));
            call = if path.contains("/admin/") {
                call.header("apikey", &secret)
            } else {
                call.by(&ann)
            };
            let answer = call.send().await;
            let (status, code) = answer.refusal();
            // A trigger of this schema wants a name from everybody who signs up.
            let trigger = status == 500 && answer.body.to_string().contains("members");
            assert!(
                status < 500 || trigger,
                "{method} {path} {body}: {status} {}",
                answer.body
            );
            let proper = status < 300 || !code.is_empty();
            assert!(proper, "{method} {path} {body}: {status} {}", answer.body);
        }
    }
    // An administrator gave her another password among all that.
    let shown_out = server.call("GET", "/auth/v1/user").by(&ann).send().await;
    assert_eq!(shown_out.refusal(), (403, "session_not_found"));
    let alive = server.call("GET", &one).header("apikey", &secret);
    assert_eq!(alive.send().await.status, 200);
}
