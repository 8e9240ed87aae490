//! `/auth/v1`: ways in that a project switches on, and the keys of a server that others can reach.

use local_supabase::Config;
use serde_json::{Value, json};

use crate::support::{Answer, Server};

const SIGN_UP: &str = "/auth/v1/signup";
const TOKEN: &str = "/auth/v1/token?grant_type=password";

async fn post(server: &Server, path: &str, body: Value) -> Answer {
    server.call("POST", path).json(&body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_an_address_comes_in_and_takes_one_later() {
    let server = Server::set(Config::default(), |project| {
        project.settings.auth.enable_anonymous_sign_ins = true;
    })
    .await;
    let settings = server.call("GET", "/auth/v1/settings").send().await;
    assert_eq!(settings.body["external"]["anonymous_users"], true);

    let entered = post(&server, SIGN_UP, json!({"data": {"name": "anon"}})).await;
    assert_eq!(entered.status, 200, "{}", entered.body);
    let user = &entered.body["user"];
    assert_eq!(
        json!([
            user["is_anonymous"],
            user["role"],
            user["email"],
            user["identities"],
            user["app_metadata"]
        ]),
        json!([true, "authenticated", "", [], {}])
    );
    let token = entered.body["access_token"].as_str().unwrap();
    let claims = server.state.secret.decode(token).unwrap().raw;
    assert_eq!(
        json!([
            claims["is_anonymous"],
            claims["amr"][0]["method"],
            claims["role"]
        ]),
        json!([true, "anonymous", "authenticated"])
    );
    for (name, of) in [
        ("sb-auth-user-id", &user["id"]),
        ("sb-auth-session-id", &claims["session_id"]),
    ] {
        assert_eq!(entered.header(name), of.as_str().unwrap());
    }

    let bearer = format!("Bearer {token}");
    let change = async |body: Value| {
        let call = server.call("PUT", "/auth/v1/user").json(&body);
        call.header("authorization", &bearer).send().await
    };
    let alone = change(json!({"password": "secret-1"})).await;
    assert_eq!(alone.refusal(), (422, "validation_failed"));
    let known = change(json!({"email": "anon@test.example", "password": "secret-1"})).await;
    assert_eq!(
        json!([
            known.body["is_anonymous"],
            known.body["identities"][0]["provider"],
            known.body["app_metadata"]["provider"]
        ]),
        json!([false, "email", "email"]),
        "{}",
        known.body
    );
    let body = json!({"email": "anon@test.example", "password": "secret-1"});
    assert_eq!(post(&server, TOKEN, body).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_addresses_are_confirmed_nobody_comes_in_before() {
    let server = Server::set(Config::default(), |project| {
        project.settings.auth.email.enable_confirmations = true;
    })
    .await;
    let form =
        json!({"email": "ann@test.example", "password": "secret-1", "data": {"name": "ann"}});
    let made = post(&server, SIGN_UP, form.clone()).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(made.body["email"], "ann@test.example");
    assert!(
        made.body.get("access_token").is_none() && made.body.get("email_confirmed_at").is_none()
    );
    let again = post(&server, SIGN_UP, form.clone()).await;
    assert_eq!(
        (again.status.as_u16(), &again.body["email"]),
        (200, &made.body["email"])
    );
    assert_ne!(again.body["id"], made.body["id"], "a look-alike");
    assert_eq!(
        post(&server, TOKEN, form.clone()).await.refusal(),
        (400, "email_not_confirmed")
    );

    let secret = server.state.keys.secret.clone();
    let one = format!("/auth/v1/admin/users/{}", made.body["id"].as_str().unwrap());
    let change = async |body: Value| {
        server
            .call("PUT", &one)
            .header("apikey", &secret)
            .json(&body)
            .send()
            .await
    };
    change(json!({"email_confirm": true})).await;
    assert_eq!(post(&server, TOKEN, form.clone()).await.status, 200);
    change(json!({"ban_duration": "24h"})).await;
    assert_eq!(
        post(&server, TOKEN, form.clone()).await.refusal(),
        (400, "user_banned")
    );
    assert_eq!(
        change(json!({"ban_duration": "long"})).await.refusal(),
        (400, "validation_failed")
    );
    change(json!({"ban_duration": "none"})).await;
    assert_eq!(post(&server, TOKEN, form).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_taken_later_is_confirmed_like_any_other() {
    let server = Server::set(Config::default(), |project| {
        project.settings.auth.email.enable_confirmations = true;
        project.settings.auth.enable_anonymous_sign_ins = true;
    })
    .await;
    let entered = post(&server, SIGN_UP, json!({"data": {"name": "anon"}})).await;
    let bearer = format!("Bearer {}", entered.body["access_token"].as_str().unwrap());
    let form = json!({"email": "victim@test.example", "password": "secret-1"});
    let call = server.call("PUT", "/auth/v1/user").json(&form);
    let taken = call.header("authorization", &bearer).send().await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_eq!(
        json!([
            taken.body.get("email_confirmed_at"),
            taken.body["is_anonymous"],
            taken.body["identities"][0]["identity_data"]["email_verified"],
        ]),
        json!([null, true, false]),
        "{}",
        taken.body
    );
    assert_eq!(
        post(&server, TOKEN, form.clone()).await.refusal(),
        (400, "email_not_confirmed")
    );

    let id = entered.body["user"]["id"].as_str().unwrap();
    let confirmed = server
        .call("PUT", &format!("/auth/v1/admin/users/{id}"))
        .header("apikey", &server.state.keys.secret)
        .json(&json!({"email_confirm": true}))
        .send()
        .await;
    assert_eq!(confirmed.body["is_anonymous"], false, "{}", confirmed.body);
    assert_eq!(post(&server, TOKEN, form).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_published_to_be_kept_and_answers_are_not() {
    let server = Server::start().await;
    let keys = server
        .call("GET", "/auth/v1/.well-known/jwks.json")
        .send()
        .await;
    assert_eq!(
        (keys.header("cache-control"), &keys.body),
        ("public, max-age=600", &json!({"keys": []}))
    );
    let health = server.call("GET", "/auth/v1/health").send().await;
    assert_eq!(
        (health.header("cache-control"), &health.body["name"]),
        ("no-store", &json!("GoTrue"))
    );
    let long = json!({"email": "a@b.c", "password": "x".repeat(1_100_000)});
    assert_eq!(
        post(&server, SIGN_UP, long).await.refusal(),
        (413, "request_entity_too_large")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_this_machine_the_well_known_keys_are_worth_nothing() {
    let config = Config {
        listen: std::net::Ipv4Addr::UNSPECIFIED.into(),
        ..Config::default()
    };
    let server = Server::exposed(config, "a secret of at least thirty-two characters").await;
    let own = server.state.keys.clone();
    let known = local_supabase::keys::Keys::local(&local_supabase::jwt::Secret::new(
        local_supabase::keys::JWT_SECRET,
    ));
    for path in [
        "/rest/v1/shelves",
        "/auth/v1/settings",
        "/auth/v1/admin/users",
    ] {
        for key in [
            &known.publishable,
            &known.secret,
            &known.anon,
            &known.service_role,
        ] {
            let answer = server.call("GET", path).header("apikey", key).send().await;
            assert_eq!(
                (answer.status.as_u16(), &answer.body["message"]),
                (401, &json!("Invalid API key")),
                "{path}"
            );
            let bearer = format!("Bearer {key}");
            let call = server.call("GET", path).header("apikey", &own.publishable);
            let answer = call.header("authorization", &bearer).send().await;
            let opened = answer.status == 200 && path != "/auth/v1/settings";
            assert!(!opened, "{path}: {}", answer.body);
        }
        let answer = server.call("GET", path).send().await;
        assert_eq!(
            answer.body["message"], "No API key found in request",
            "{path}"
        );
        let answer = server
            .call("GET", path)
            .header("apikey", &own.secret)
            .send()
            .await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    }
}
