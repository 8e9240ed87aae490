//! `/auth/v1/admin`: accounts as whoever has the secret key sees them.

use local_supabase::Config;
use serde_json::json;

use crate::support::{Call, Server};

const USERS: &str = "/auth/v1/admin/users";

fn admin<'s>(server: &'s Server, method: &str, path: &str) -> Call<'s> {
    let call = server.call(method, path);
    call.header("apikey", &server.state.keys.secret)
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_secret_key_administers_accounts() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    let secret = server.state.keys.secret.clone();
    let admin =
        |method: &'static str, path: String| server.call(method, &path).header("apikey", &secret);
    let users = "/auth/v1/admin/users";

    let publishable = server.state.keys.publishable.clone();
    let refused = server
        .call("GET", users)
        .header("apikey", &publishable)
        .send()
        .await;
    assert_eq!(refused.refusal(), (403, "not_admin"));
    assert_eq!(
        server.call("GET", users).by(&ann).send().await.refusal(),
        (403, "not_admin")
    );
    assert_eq!(
        server.call("GET", users).send().await.refusal(),
        (401, "no_authorization")
    );

    let body = json!({"email": "bob@test.example", "password": "secret-1", "email_confirm": true,
        "user_metadata": {"name": "bob"}, "app_metadata": {"level": 3}});
    let bob = admin("POST", users.to_owned()).json(&body).send().await;
    assert_eq!(bob.status, 200, "{}", bob.body);
    assert_eq!(bob.body["app_metadata"]["level"], 3);
    assert_eq!(
        admin("POST", users.to_owned())
            .json(&body)
            .send()
            .await
            .refusal(),
        (422, "email_exists")
    );

    let listed = admin("GET", format!("{users}?page=1&per_page=1"))
        .send()
        .await;
    assert_eq!(listed.header("x-total-count"), "2");
    assert!(listed.header("link").contains("rel=\"next\""));
    assert_eq!(listed.body["users"].as_array().unwrap().len(), 1);

    let empty = admin("GET", format!("{users}?page=&per_page="))
        .send()
        .await;
    assert_eq!(empty.body["users"].as_array().unwrap().len(), 2);
    let nonsense = admin("GET", format!("{users}?page=x")).send().await;
    assert_eq!(nonsense.refusal(), (400, "validation_failed"));

    let one = format!("{users}/{}", bob.body["id"].as_str().unwrap());
    assert_eq!(
        admin("GET", one.clone()).send().await.body["email"],
        "bob@test.example"
    );
    let raised = admin("PUT", one.clone())
        .json(&json!({"app_metadata": {"level": 4}}))
        .send()
        .await;
    assert_eq!(raised.body["app_metadata"]["level"], 4);
    assert_eq!(admin("DELETE", one.clone()).send().await.body, json!({}));
    assert_eq!(
        admin("DELETE", one.clone()).send().await.refusal(),
        (404, "user_not_found")
    );
    assert_eq!(
        admin("GET", one).send().await.refusal(),
        (404, "user_not_found")
    );
    assert_eq!(
        admin("GET", format!("{users}/7")).send().await.refusal(),
        (404, "validation_failed")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_an_administrator_sets_ends_all_sessions_and_links() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    let one = format!("{USERS}/{}", ann.id);
    server
        .sql("update auth.users set recovery_token = 'sent', recovery_sent_at = now()")
        .await;
    let renamed = json!({"user_metadata": {"name": "Ann"}});
    admin(&server, "PUT", &one).json(&renamed).send().await;
    let user = || server.call("GET", "/auth/v1/user").by(&ann).send();
    assert_eq!(user().await.status, 200);

    let changed = json!({"password": "secret-2"});
    let answer = admin(&server, "PUT", &one).json(&changed).send().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(user().await.refusal(), (403, "session_not_found"));
    let renewed = server
        .call("POST", "/auth/v1/token?grant_type=refresh_token")
        .json(&json!({"refresh_token": ann.refresh_token}))
        .send()
        .await;
    assert_eq!(renewed.status, 400, "{}", renewed.body);
    let client = server.state.admin.get().await.unwrap();
    let sql = "select recovery_token from auth.users where recovery_sent_at is null";
    let token: String = client.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(token, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_confirms_nobody() {
    let server = Server::set(Config::default(), |project| {
        project.settings.auth.enable_anonymous_sign_ins = true;
    })
    .await;
    let bob = json!({"email": "bob@test.example", "user_metadata": {"name": "bob"}});
    let bob = admin(&server, "POST", USERS).json(&bob).send().await;
    let guest = server
        .call("POST", "/auth/v1/signup")
        .json(&json!({"data": {"name": "guest"}}));
    let guest = guest.send().await;
    for (id, name) in [
        (&bob.body["id"], "robert"),
        (&guest.body["user"]["id"], "guest"),
    ] {
        let one = format!("{USERS}/{}", id.as_str().unwrap());
        let anonymous = name == "guest";
        let email = format!("{name}@test.example");
        let body = json!({"email": email});
        let moved = admin(&server, "PUT", &one).json(&body).send().await.body;
        assert_eq!(moved["email"], email);
        assert!(moved["email_confirmed_at"].is_null(), "{moved}");
        assert_eq!(moved["is_anonymous"], anonymous);
        let verified = &moved["identities"][0]["identity_data"]["email_verified"];
        assert_eq!(*verified, false, "{moved}");

        let body = json!({"email": format!("{name}2@test.example"), "email_confirm": true});
        let moved = admin(&server, "PUT", &one).json(&body).send().await.body;
        let since = moved["email_confirmed_at"].clone();
        assert!(since.is_string(), "{moved}");
        assert_eq!(moved["is_anonymous"], false);

        let body = json!({"email": format!("{name}3@test.example")});
        let moved = admin(&server, "PUT", &one).json(&body).send().await.body;
        assert_eq!(moved["email_confirmed_at"], since);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_may_be_made_banned() {
    let server = Server::start().await;
    for (duration, name) in [("2h45m", "bob"), ("none", "cid"), ("", "dee")] {
        let email = format!("{name}@test.example");
        let body = json!({"email": email, "password": "secret-1", "email_confirm": true,
            "ban_duration": duration, "user_metadata": {"name": name}});
        let made = admin(&server, "POST", USERS).json(&body).send().await;
        assert_eq!(made.status, 200, "{}", made.body);
        let entered = server
            .call("POST", "/auth/v1/token?grant_type=password")
            .json(&json!({"email": email, "password": "secret-1"}))
            .send()
            .await;
        if name == "bob" {
            assert_eq!(entered.refusal(), (400, "user_banned"));
        } else {
            assert_eq!(entered.status, 200, "{}", entered.body);
        }
    }
    let body = json!({"email": "eve@test.example", "ban_duration": "3 days"});
    let refused = admin(&server, "POST", USERS).json(&body).send().await;
    assert_eq!(refused.refusal(), (400, "validation_failed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_may_be_deleted_and_its_row_stay() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    let one = format!("{USERS}/{}", ann.id);
    let softly = json!({"should_soft_delete": true});
    for _ in 0..2 {
        let deleted = admin(&server, "DELETE", &one).json(&softly).send().await;
        assert_eq!((deleted.status.as_u16(), deleted.body), (200, json!({})));
    }
    let user = server.call("GET", "/auth/v1/user").by(&ann).send().await;
    assert_eq!(user.status, 403, "{}", user.body);
    let client = server.state.admin.get().await.unwrap();
    let sql = "select u.email || u.phone || u.raw_user_meta_data || i.identity_data || i.provider_id
        from auth.users u join auth.identities i on i.user_id = u.id where u.deleted_at is not null";
    let left: String = client.query_one(sql, &[]).await.unwrap().get(0);
    assert!(!left.contains("ann") && !left.contains(&ann.id), "{left}");
    let body = json!({"email": "ann@test.example", "user_metadata": {"name": "another"}});
    let again = admin(&server, "POST", USERS).json(&body).send().await;
    assert_eq!(again.status, 200, "{}", again.body);

    assert_eq!(admin(&server, "DELETE", &one).send().await.status, 200);
    let gone = admin(&server, "DELETE", &one).json(&softly).send().await;
    assert_eq!(gone.refusal(), (404, "user_not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_twice_counts_as_first_said_and_what_is_no_id_is_refused() {
    let server = Server::start().await;
    server.member("ann").await;
    let entered = server
        .call(
            "POST",
            "/auth/v1/token?grant_type=password&grant_type=nothing",
        )
        .json(&json!({"email": "ann@test.example", "password": "secret-1"}))
        .send()
        .await;
    assert_eq!(entered.status, 200, "{}", entered.body);
    let listed = admin(&server, "GET", &format!("{USERS}?page=1&page=2"));
    let listed = listed.send().await;
    assert_eq!(listed.body["users"].as_array().map(Vec::len), Some(1));
    for method in ["GET", "PUT", "DELETE"] {
        let refused = admin(&server, method, &format!("{USERS}/%FF")).send().await;
        assert_eq!(refused.refusal(), (404, "validation_failed"));
    }
}
