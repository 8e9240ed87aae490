//! `/rest/v1/rpc`: functions and their arguments.

use serde_json::json;

use crate::support::Server;

#[tokio::test(flavor = "multi_thread")]
async fn functions_are_called_and_a_new_one_is_soon_known() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    let posted = server
        .call("POST", "/rest/v1/rpc/whoami")
        .by(&ann)
        .json(&json!({"greeting": "hi"}))
        .send()
        .await;
    assert_eq!(
        posted.body,
        json!({"id": ann.id, "role": "authenticated", "greeting": "hi"})
    );
    let got = server
        .call("GET", "/rest/v1/rpc/whoami?greeting=hey")
        .by(&ann)
        .send()
        .await;
    assert_eq!(got.body["greeting"], "hey");

    server
        .sql("create function public.late() returns int language sql as 'select 7'")
        .await;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let late = server
            .call("POST", "/rest/v1/rpc/late")
            .by(&ann)
            .json(&json!({}))
            .send()
            .await;
        if late.status == 200 {
            assert_eq!(late.body, json!(7));
            break;
        }
        assert!(std::time::Instant::now() < deadline, "{}", late.body);
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn null_is_null_to_a_function() {
    let server = Server::start().await;
    for (given, wanted) in [
        (
            json!({"names": null, "note": null}),
            json!({"names": null, "note": null}),
        ),
        (
            json!({"names": ["a", "b,c"], "note": null}),
            json!({"names": ["a", "b,c"], "note": null}),
        ),
        (
            json!({"names": [], "note": ""}),
            json!({"names": [], "note": ""}),
        ),
        (json!({}), json!({"names": null, "note": null})),
    ] {
        let answer = server
            .call("POST", "/rest/v1/rpc/picked")
            .json(&given)
            .send()
            .await;
        assert_eq!(answer.body, wanted, "{given}");
    }
}
