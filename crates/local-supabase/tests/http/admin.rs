//! `/auth/v1/admin`: accounts as whoever has the secret key sees them.

use serde_json::json;

use crate::support::Server;

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
