//! Every operator of a filter against PostgreSQL itself, and what is refused when subscribing.

use serde_json::json;

use crate::support::{ANN, Server};

/// A filter, and the rows that pass it.
const PASSING: [(&str, &[&str]); 20] = [
    ("words=eq.Ale", &["a"]),
    ("words=neq.Ale", &["b", "d"]),
    ("words=like.A%", &["a"]),
    ("words=not.like.A%", &["b", "d"]),
    ("words=ilike.%L%", &["a", "b"]),
    ("words=match.^[ab]", &["b"]),
    ("words=imatch.^[ab]", &["a", "b"]),
    ("words=is.null", &["c"]),
    ("words=not.is.null", &["a", "b", "d"]),
    ("words=isdistinct.Ale", &["b", "c", "d"]),
    ("words=not.isdistinct.Ale", &["a"]),
    ("words=in.(Ale,\"x, y\")", &["a", "d"]),
    ("words=not.in.(Ale,\"x, y\")", &["b"]),
    ("words=eq.\"x, y\"", &["d"]),
    ("price=gt.1.5,price=lte.9", &["b"]),
    ("price=isdistinct.1.50", &["b", "c", "d"]),
    ("open=is.true", &["a"]),
    ("open=not.is.true", &["b", "c", "d"]),
    ("open=is.unknown", &["c"]),
    ("open=eq.true,words=ilike.a%", &["a"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_operator_lets_the_same_rows_pass_as_postgresql() {
    let server = Server::start().await;
    server
        .sql(
            "create table drinks (id text primary key, words text, price numeric, open bool, at varchar);
             grant select on drinks to authenticated;
             alter publication supabase_realtime add table drinks",
        )
        .await;
    let bindings: Vec<_> = PASSING
        .iter()
        .map(|(filter, _)| json!({"event": "INSERT", "schema": "public", "table": "drinks", "filter": filter}))
        .collect();
    let mut client = server.client().await;
    let config = json!({ "postgres_changes": bindings });
    let reply = client
        .join("realtime:room", config, &server.token(ANN, 60))
        .await;
    let bound = reply["response"]["postgres_changes"].as_array().unwrap();
    let ids: Vec<_> = bound.iter().map(|bound| &bound["id"]).collect();
    client.subscribed().await;
    server
        .sql(
            "insert into drinks values ('a', 'Ale', 1.5, true), ('b', 'beer, old: l', 2, false),
               ('c', null, null, null), ('d', 'x, y', 9.01, false)",
        )
        .await;
    for row in ["a", "b", "c", "d"] {
        let frame = client.event("postgres_changes").await;
        assert_eq!(frame[4]["data"]["record"]["id"], row);
        let heard = frame[4]["ids"].as_array().unwrap();
        for ((filter, rows), id) in PASSING.iter().zip(&ids) {
            assert_eq!(
                heard.contains(id),
                rows.contains(&row),
                "{filter} for {row}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_compared_is_refused_in_postgresqls_words() {
    let server = Server::start().await;
    let token = server.token(ANN, 60);
    let mut client = server.client().await;
    let many = format!("line=in.({})", vec!["1"; 101].join(","));
    for (filter, exception) in [
        (
            "nope=eq.1",
            "P0001 (raise_exception) invalid column for filter nope",
        ),
        (
            "line=eq.many",
            "22P02 (invalid_text_representation) invalid input syntax for type integer: \"many\"",
        ),
        (
            "line=like.1%",
            "P0001 (raise_exception) operator like requires a text-compatible column type, got integer",
        ),
        (
            "line=not.match.1",
            "P0001 (raise_exception) operator match requires a text-compatible column type, got integer",
        ),
        (
            "line=is.true",
            "P0001 (raise_exception) is true filter requires a boolean column, got integer",
        ),
        (
            "line=is.nothing",
            "P0001 (raise_exception) invalid value for is filter: must be null, true, false, or unknown",
        ),
        (
            "words=imatch.(",
            "P0001 (raise_exception) invalid regular expression for imatch filter: invalid regular expression: parentheses () not balanced",
        ),
        (
            r"words=match.^(a*)(a*)\1\2b$",
            r"P0001 (raise_exception) operator match takes no back-references such as \1: matching them can take for ever",
        ),
        (
            many.as_str(),
            "P0001 (raise_exception) too many values for `in` filter. Maximum 100",
        ),
    ] {
        let binding =
            json!({"event": "INSERT", "schema": "public", "table": "board", "filter": filter});
        client
            .join(
                "realtime:room",
                json!({"postgres_changes": [binding]}),
                &token,
            )
            .await;
        let told = client.event("system").await;
        let told = told[4]["message"].as_str().unwrap().to_owned();
        assert!(told.starts_with("Unable to subscribe to changes with given parameters. An exception happened so please check your connect parameters: [event: INSERT, schema: public, table: board, filters: [{"), "{told}");
        assert!(
            told.ends_with(&format!("Exception: ERROR {exception}")),
            "{told}"
        );
    }
    let binding = json!({"schema": "public", "table": "board", "select": ["words", "nope"]});
    client
        .join(
            "realtime:room",
            json!({"postgres_changes": [binding]}),
            &token,
        )
        .await;
    let told = client.event("system").await[4]["message"].clone();
    assert!(
        told.as_str().unwrap().ends_with(
            r#"select: ["words", "nope"]]. Exception: ERROR P0001 (raise_exception) invalid column for select nope"#
        ),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_postgresql_cannot_hold_is_refused_and_not_tried_for_ever() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let binding = json!({"schema": "public", "table": "board", "filter": "words=eq.a\0b"});
    let config = json!({"postgres_changes": [binding]});
    client
        .join("realtime:room", config, &server.token(ANN, 60))
        .await;
    let told = client.event("system").await[4]["message"].clone();
    assert_eq!(
        told,
        "Error parsing `filter` params: ERROR 22021 (character_not_in_repertoire) invalid byte sequence for encoding \"UTF8\": 0x00: leave the character U+0000 out"
    );
}
