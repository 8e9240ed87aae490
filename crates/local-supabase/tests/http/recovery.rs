//! `/auth/v1`: a forgotten password, by a link that is mailed.

use local_supabase::{Config, project::Pause};
use serde_json::{Value, json};
use std::time::Duration;

use crate::support::{Answer, Server};

const PAGE: &str = "http://127.0.0.1:8080/";

/// A server whose mails are a minute apart.
async fn server() -> Server {
    Server::set(Config::default(), |project| {
        let auth = &mut project.settings.auth;
        auth.site_url = "https://tavern.example".to_owned();
        auth.email.max_frequency = Pause(Duration::from_secs(60));
    })
    .await
}

async fn recover(server: &Server, email: &str, towards: &str) -> Answer {
    let path = format!("/auth/v1/recover?redirect_to={towards}");
    let body = json!({ "email": email });
    server.call("POST", &path).json(&body).send().await
}

/// What the status page tells of mails.
async fn mails(server: &Server) -> Vec<Value> {
    let call = server.call("GET", "/").header("accept", "application/json");
    call.send().await.body["mails"].as_array().unwrap().clone()
}

async fn link(server: &Server) -> String {
    mails(server).await[0]["link"].as_str().unwrap().to_owned()
}

/// Follows a link; the page it leads to, and what is behind the `#`.
async fn follow(server: &Server, link: &str) -> (String, Vec<(String, String)>) {
    let path = link.strip_prefix("http://127.0.0.1:54321").expect("here");
    let answer = server.call("GET", path).send().await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let (page, told) = answer.header("location").split_once('#').unwrap();
    let told = told.split('&').map(|pair| pair.split_once('=').unwrap());
    let told = told.map(|(name, value)| (name.to_owned(), value.to_owned()));
    (page.to_owned(), told.collect())
}

fn said<'t>(told: &'t [(String, String)], name: &str) -> &'t str {
    let found = told.iter().find(|(key, _)| key == name);
    found.map_or("", |(_, value)| value)
}

async fn sign_in(server: &Server, password: &str) -> Answer {
    let body = json!({"email": "ann@test.example", "password": password});
    let call = server.call("POST", "/auth/v1/token?grant_type=password");
    call.json(&body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_a_session_that_sets_another_password_and_ends_all_others() {
    let server = server().await;
    let ann = server.member("ann").await;
    let asked = recover(&server, "Ann@Test.example", PAGE).await;
    assert_eq!((asked.status.as_u16(), asked.body), (200, json!({})));
    let mail = &mails(&server).await[0];
    assert_eq!(mail["to"], "ann@test.example");
    assert_eq!(mail["subject"], "Reset your password");

    let (page, told) = follow(&server, mail["link"].as_str().unwrap()).await;
    assert_eq!(page, PAGE);
    assert_eq!(
        ["type", "token_type", "expires_in"].map(|name| said(&told, name)),
        ["recovery", "bearer", "3600"]
    );
    let bearer = format!("Bearer {}", said(&told, "access_token"));
    let changed = server
        .call("PUT", "/auth/v1/user")
        .header("authorization", &bearer)
        .json(&json!({"password": "secret-2"}))
        .send()
        .await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(
        sign_in(&server, "secret-1").await.refusal(),
        (400, "invalid_credentials")
    );
    assert_eq!(sign_in(&server, "secret-2").await.status, 200);

    let old = json!({"refresh_token": ann.refresh_token});
    let new = json!({"refresh_token": said(&told, "refresh_token")});
    let path = "/auth/v1/token?grant_type=refresh_token";
    let old = server.call("POST", path).json(&old).send().await;
    assert_eq!(old.refusal(), (400, "refresh_token_not_found"));
    assert_eq!(
        server.call("POST", path).json(&new).send().await.status,
        200
    );
    // Whoever changed it may ask for a mail again at once.
    assert_eq!(recover(&server, "ann@test.example", PAGE).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_for_an_hour_and_only_the_last_one() {
    let server = server().await;
    server.member("ann").await;
    let over = |told: &[(String, String)]| {
        assert_eq!(said(told, "error"), "access_denied");
        assert_eq!(said(told, "error_code"), "otp_expired");
        assert_eq!(
            said(told, "error_description"),
            "Email+link+is+invalid+or+has+expired"
        );
        assert_eq!(said(told, "access_token"), "");
    };
    recover(&server, "ann@test.example", PAGE).await;
    let first = link(&server).await;
    assert_ne!(said(&follow(&server, &first).await.1, "access_token"), "");
    let (page, told) = follow(&server, &first).await;
    assert_eq!(page, PAGE);
    over(&told);

    server
        .sql("update auth.users set recovery_sent_at = now() - interval '2 minutes'")
        .await;
    recover(&server, "ann@test.example", PAGE).await;
    let late = link(&server).await;
    server
        .sql("update auth.users set recovery_sent_at = now() - interval '61 minutes'")
        .await;
    over(&follow(&server, &late).await.1);

    recover(&server, "ann@test.example", PAGE).await;
    let last = link(&server).await;
    assert_ne!(last, late);
    over(&follow(&server, &late).await.1);
    assert_ne!(said(&follow(&server, &last).await.1, "access_token"), "");
    let kept = "select from auth.users where recovery_token <> ''";
    let kept = server
        .state
        .admin
        .get()
        .await
        .unwrap()
        .query(kept, &[])
        .await;
    assert_eq!(kept.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_gets_the_same_answer_and_no_mail() {
    let server = server().await;
    server.member("ann").await;
    let unknown = recover(&server, "bob@test.example", PAGE).await;
    assert_eq!((unknown.status.as_u16(), unknown.body), (200, json!({})));
    assert!(mails(&server).await.is_empty());
    let none = server.call("POST", "/auth/v1/recover").json(&json!({}));
    assert_eq!(none.send().await.refusal(), (400, "validation_failed"));
    let nonsense = recover(&server, "ann", PAGE).await;
    assert_eq!(nonsense.refusal(), (400, "validation_failed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_to_one_address_are_a_minute_apart_however_many_ask() {
    let server = server().await;
    server.member("ann").await;
    let ask = || recover(&server, "ann@test.example", PAGE);
    let (one, two, three) = tokio::join!(ask(), ask(), ask());
    let mut all = [one, two, three];
    all.sort_by_key(|answer| answer.status);
    assert_eq!(all[0].status, 200);
    for refused in &all[1..] {
        assert_eq!(refused.refusal(), (429, "over_email_send_rate_limit"));
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        assert!((50..=60).contains(&wait), "{wait}");
    }
    assert_eq!(mails(&server).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_leads_to_the_site_when_it_is_asked_to_lead_astray() {
    let server = server().await;
    server.member("ann").await;
    recover(&server, "ann@test.example", "https://evil.example/").await;
    let honest = link(&server).await;
    assert!(!honest.contains("evil"), "{honest}");
    // Neither can it be changed later.
    let (token, _) = honest.split_once("&redirect_to=").unwrap();
    let changed = format!("{token}&redirect_to=https://evil.example/");
    let (page, told) = follow(&server, &changed).await;
    assert_eq!(page, "https://tavern.example");
    assert_ne!(said(&told, "access_token"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_exchange_the_token_itself_and_the_banned_may_not() {
    let server = server().await;
    server.member("ann").await;
    recover(&server, "ann@test.example", PAGE).await;
    let link = link(&server).await;
    let token = link.split_once("token=").unwrap().1;
    let token = token.split('&').next().unwrap();
    let exchange = |body: Value| async {
        let body = body;
        server
            .call("POST", "/auth/v1/verify")
            .json(&body)
            .send()
            .await
    };
    server
        .sql("update auth.users set banned_until = now() + interval '1 hour'")
        .await;
    let (_, told) = follow(&server, &link).await;
    assert_eq!(said(&told, "error_code"), "user_banned");
    server
        .sql("update auth.users set banned_until = null, email_confirmed_at = null")
        .await;

    let whole = json!({"type": "recovery", "token_hash": token});
    let entered = exchange(whole.clone()).await;
    assert_eq!(entered.status, 200, "{}", entered.body);
    assert_eq!(entered.body["user"]["email"], "ann@test.example");
    assert!(entered.body["user"]["email_confirmed_at"].is_string());
    assert_eq!(exchange(whole).await.refusal(), (403, "otp_expired"));
    for body in [
        json!({"type": "recovery"}),
        json!({"token_hash": token}),
        json!({"type": "other", "token_hash": token}),
    ] {
        assert_eq!(exchange(body).await.refusal(), (400, "validation_failed"));
    }
    let bare = server.call("GET", "/auth/v1/verify?type=recovery").send();
    assert_eq!(bare.await.refusal(), (400, "validation_failed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_reads_the_mail_on_the_status_page_and_a_page_elsewhere_does_not() {
    let server = server().await;
    let body =
        json!({"email": "a'<b>@test.example", "password": "secret-1", "data": {"name": "ann"}});
    server
        .call("POST", "/auth/v1/signup")
        .json(&body)
        .send()
        .await;
    recover(&server, "a'<b>@test.example", PAGE).await;
    let page = || server.call("GET", "/").header("accept", "text/html");
    let here = page().send().await.body;
    let here = here.as_str().unwrap();
    assert!(
        here.contains("to <code>a&#39;&lt;b&gt;@test.example</code>"),
        "{here}"
    );
    let shown = link(&server).await.replace('&', "&amp;");
    assert!(here.contains(&format!("href=\"{shown}\"")));
    let elsewhere = page()
        .header("origin", "https://evil.example")
        .send()
        .await
        .body;
    assert!(!elsewhere.to_string().contains("test.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_needs_no_key_where_every_other_request_does() {
    let config = Config {
        listen: [0, 0, 0, 0].into(),
        ..Config::default()
    };
    let server = Server::exposed(config, "a secret of thirty-two characters").await;
    let keyless = server
        .call("POST", "/auth/v1/recover")
        .json(&json!({}))
        .send();
    assert_eq!(keyless.await.status, 401);
    let path = "/auth/v1/verify?type=recovery&token=x";
    assert_eq!(server.call("GET", path).send().await.status, 303);
}
