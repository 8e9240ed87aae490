//! `/rest/v1`: what is read and refused.

use serde_json::{Value, json};

use crate::support::{Answer, Member, Server};

pub const NOTES: &str = "/rest/v1/notes";
pub const REPRESENTATION: &str = "return=representation";

pub async fn note(server: &Server, by: &Member, body: Value) -> Answer {
    server
        .call("POST", NOTES)
        .by(by)
        .header("prefer", REPRESENTATION)
        .json(&body)
        .send()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_selected_filtered_ordered_counted_and_embedded() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    for (id, body, shelf) in [
        (1, "one", json!(1)),
        (2, "two", json!(1)),
        (3, "three of us", json!(null)),
    ] {
        let made = note(
            &server,
            &ann,
            json!({"id": id, "body": body, "shelf_id": shelf}),
        )
        .await;
        assert_eq!(made.status, 201, "{}", made.body);
    }
    let get = |query: &str| {
        server
            .call("GET", &format!("{NOTES}?{query}"))
            .by(&ann)
            .send()
    };

    for (query, wanted) in [
        (
            "select=id,text:body&order=id&limit=1",
            json!([{"id": 1, "text": "one"}]),
        ),
        (
            "select=id&or=(id.eq.1,and(body.like.t*,shelf_id.is.null))&order=id",
            json!([{"id": 1}, {"id": 3}]),
        ),
        // A page of older rows: one of two people's, below an edge that the values quote.
        (
            "select=id&or=(and(id.eq.1,body.eq.one),and(id.eq.2,body.eq.two))\
             &or=(id.lt.%222%22,and(id.eq.%222%22,body.lt.%22a%22))&order=id.desc,body.desc&limit=50",
            json!([{"id": 1}]),
        ),
        (
            "select=id&or=(body.lt.%22z2999-01-01T00%3A00%3A00.5Z%22)&order=id.desc&limit=2",
            json!([{"id": 3}, {"id": 2}]),
        ),
        ("select=id&id=not.in.(1,2)", json!([{"id": 3}])),
        ("select=id&body=eq.three+of+us", json!([{"id": 3}])),
        ("select=id&body=ilike.*ONE*", json!([{"id": 1}])),
        (
            "select=id&order=shelf_id.desc.nullsfirst,id.desc&limit=2",
            json!([{"id": 3}, {"id": 2}]),
        ),
        ("select=id::text&id=eq.1", json!([{"id": "1"}])),
        (
            "select=id,shelves(label)&id=in.(1,3)&order=id",
            json!([{"id": 1, "shelves": {"label": "left"}}, {"id": 3, "shelves": null}]),
        ),
        (
            "select=id,owner:members(name)&id=eq.1",
            json!([{"id": 1, "owner": {"name": "ann"}}]),
        ),
    ] {
        let answer = get(query).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body),
            (200, &wanted),
            "{query}"
        );
    }
    let many = server
        .call(
            "GET",
            "/rest/v1/shelves?select=label,notes(id)&order=id&notes.order=id.desc",
        )
        .by(&ann)
        .send()
        .await;
    assert_eq!(
        many.body,
        json!([{"label": "left", "notes": [{"id": 2}, {"id": 1}]}, {"label": "right", "notes": []}])
    );
    let counted = server
        .call("GET", "/rest/v1/shelves?select=label,notes(count)&order=id")
        .by(&ann)
        .send()
        .await;
    assert_eq!(
        counted.body,
        json!([{"label": "left", "notes": [{"count": 2}]}, {"label": "right", "notes": [{"count": 0}]}])
    );

    let page = server
        .call("GET", &format!("{NOTES}?order=id&limit=2"))
        .by(&ann)
        .header("prefer", "count=exact")
        .send()
        .await;
    assert_eq!(
        (page.status.as_u16(), page.header("content-range")),
        (206, "0-1/3")
    );
    let beyond = server
        .call("GET", &format!("{NOTES}?offset=9"))
        .by(&ann)
        .header("prefer", "count=exact")
        .send()
        .await;
    assert_eq!(beyond.refusal(), (416, "PGRST103"));

    let object = "application/vnd.pgrst.object+json";
    let one = server
        .call("GET", &format!("{NOTES}?id=eq.1&select=body"))
        .by(&ann)
        .header("accept", object)
        .send()
        .await;
    assert_eq!(one.body, json!({"body": "one"}));
    let none = server
        .call("GET", &format!("{NOTES}?id=eq.9"))
        .by(&ann)
        .header("accept", object)
        .send()
        .await;
    assert_eq!(none.refusal(), (406, "PGRST116"));
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_the_codes_that_clients_know() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    note(&server, &ann, json!({"id": 1, "body": "one"})).await;
    let get = |path: &'static str| server.call("GET", path).by(&ann);
    let post = |body: Value| server.call("POST", NOTES).by(&ann).json(&body);
    let forged = local_supabase::jwt::Secret::new("guess").sign_text(r#"{"role":"service_role"}"#);
    let past = server
        .state
        .secret
        .sign_text(r#"{"role":"authenticated","exp":1}"#);
    for (call, status, code) in [
        (get("/rest/v1/nothing"), 404, "PGRST205"),
        (get("/rest/v1/notes?select=nothing"), 400, "42703"),
        (get("/rest/v1/notes?nothing=eq.1"), 400, "42703"),
        (get("/rest/v1/notes?id=eq.x"), 400, "22P02"),
        (get("/rest/v1/notes?id=nonsense.1"), 400, "PGRST100"),
        (
            get("/rest/v1/shelves?select=members(name)"),
            400,
            "PGRST200",
        ),
        (
            get("/rest/v1/notes").header("accept-profile", "auth"),
            406,
            "PGRST106",
        ),
        (get("/rest/v1/rpc/nothing"), 404, "PGRST202"),
        (post(json!({"id": 1, "body": "again"})), 409, "23505"),
        (
            post(json!({"id": 5, "body": "x", "shelf_id": 9})),
            409,
            "23503",
        ),
        (post(json!({"id": 2})), 400, "23502"),
        (post(json!({"id": 6, "body": ""})), 400, "23514"),
        (post(json!({"nothing": 1})), 400, "PGRST204"),
        (post(json!([{"body": "x"}, {"id": 3}])), 400, "PGRST102"),
        (
            server.call("POST", NOTES).by(&ann).text("{"),
            400,
            "PGRST102",
        ),
        (
            server
                .call("GET", NOTES)
                .header("authorization", "Bearer nonsense"),
            401,
            "PGRST301",
        ),
        (
            server
                .call("GET", NOTES)
                .header("authorization", &format!("Bearer {forged}")),
            401,
            "PGRST301",
        ),
    ] {
        let answer = call.send().await;
        assert_eq!(answer.refusal(), (status, code), "{}", answer.body);
        for name in ["message", "details", "hint"] {
            assert!(answer.body.get(name).is_some(), "{}", answer.body);
        }
    }
    let expired = server
        .call("GET", NOTES)
        .header("authorization", &format!("Bearer {past}"))
        .send()
        .await;
    assert_eq!(
        (expired.status.as_u16(), &expired.body["message"]),
        (401, &json!("JWT expired"))
    );
    let checked = post(json!({"body": ""})).send().await;
    assert!(
        checked.body["message"]
            .as_str()
            .unwrap()
            .contains("notes_body_length")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_waits_no_longer_than_its_statement_timeout() {
    let server = Server::start().await;
    let token = server.state.secret.sign_text(r#"{"role":"hasty"}"#);
    let answer = server
        .call("POST", "/rest/v1/rpc/dawdle")
        .header("authorization", &format!("Bearer {token}"))
        .json(&json!({}))
        .send()
        .await;
    assert_eq!(answer.refusal(), (500, "57014"), "{}", answer.body);
}
