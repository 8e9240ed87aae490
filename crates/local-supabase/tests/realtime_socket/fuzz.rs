//! Nonsense on a socket: nothing panics, nothing hangs, and whoever sends sense is answered.

use futures_util::SinkExt;
use proptest::{
    collection::vec,
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{ANN, Server};

/// Arbitrary JSON, in which the words of the protocol turn up.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "*",
            "INSERT",
            "public",
            "board",
            "line=eq.1",
            "line=in.(",
            "words=match.[",
            "true",
            "a.b.c",
            "track",
            "words=not.ilike.'%",
            "place=eq.1,line=is.null",
            "\u{0}",
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let key = prop::sample::select(vec![
            "config",
            "broadcast",
            "presence",
            "postgres_changes",
            "private",
            "ack",
            "self",
            "key",
            "enabled",
            "event",
            "schema",
            "table",
            "filter",
            "select",
            "replay",
            "since",
            "access_token",
            "payload",
            "type",
            "x",
        ]);
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((key, inner), 0..6).prop_map(|entries| {
                Value::Object(
                    entries
                        .into_iter()
                        .map(|(key, value)| (key.to_owned(), value))
                        .collect(),
                )
            }),
        ]
    })
}

/// A join that is nearly right.
fn join() -> impl Strategy<Value = Value> {
    let binding = (anything(), anything(), anything()).prop_map(|(table, filter, select)| {
        json!({"event": "*", "schema": "public", "table": table, "filter": filter, "select": select})
    });
    let filter =
        "(line|words|nope)=(not\\.)?(eq|in|is|like|match|lt)\\.[(){}\",\\\\ a-z0-9'%]{0,12}";
    let likely = filter.prop_map(
        |filter| json!({"event": "*", "schema": "public", "table": "board", "filter": filter}),
    );
    (vec(prop_oneof![binding, likely, anything()], 0..3), anything(), anything()).prop_map(
        |(bindings, broadcast, private)| {
            json!({"config": {"postgres_changes": bindings, "broadcast": broadcast, "private": private}})
        },
    )
}

fn message() -> impl Strategy<Value = Message> {
    let event = prop::sample::select(vec![
        "phx_join",
        "phx_leave",
        "heartbeat",
        "broadcast",
        "presence",
        "access_token",
        "odd",
    ]);
    let topic = prop::sample::select(vec!["realtime:a", "realtime:", "phoenix", "elsewhere"]);
    let frame = (topic, event, prop_oneof![anything(), join()])
        .prop_map(|(topic, event, payload)| json!(["1", "2", topic, event, payload]));
    prop_oneof![
        4 => frame.prop_map(|frame| Message::text(frame.to_string())),
        1 => join().prop_map(|join| Message::text(json!(["1", "2", "realtime:a", "phx_join", join]).to_string())),
        1 => anything().prop_map(|json| Message::text(json.to_string())),
        1 => ".{0,40}".prop_map(Message::text),
        1 => vec(any::<u8>(), 0..60).prop_map(Message::binary),
        2 => (0_u8..5, vec(0_u8..12, 4..7), "[a-z:{}]{0,40}").prop_map(|(kind, lengths, text)| {
            Message::binary([&[kind][..], &lengths, text.as_bytes()].concat())
        }),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_answered_or_dropped_and_the_socket_goes_on() {
    let server = Server::start().await;
    let mut runner = TestRunner::deterministic();
    let talks = vec(message(), 1..12);
    let mut joined = server.client().await;
    let bindings =
        json!({"postgres_changes": [{"event": "*", "schema": "public", "table": "board"}]});
    joined
        .join("realtime:other", bindings, &server.token(ANN, 600))
        .await;
    joined.subscribed().await;
    for _ in 0..Config::default().cases.min(60) {
        let messages = talks.new_tree(&mut runner).unwrap().current();
        for vsn in ["1.0.0", "2.0.0"] {
            let query = format!("apikey={}&vsn={vsn}", server.state.keys.publishable);
            let mut client = server.client_with(&query).await.unwrap();
            for message in &messages {
                let message = if vsn == "1.0.0" {
                    as_object(message)
                } else {
                    message.clone()
                };
                client.socket.send(message).await.unwrap();
            }
            let beat = Message::text(json!([null, "beat", "phoenix", "heartbeat", {}]).to_string());
            let beat = if vsn == "1.0.0" {
                as_object(&beat)
            } else {
                beat
            };
            client.socket.send(beat).await.unwrap();
            loop {
                let Some(answer) = client.message().await else {
                    panic!("the socket ended after {messages:?}");
                };
                let Message::Text(text) = answer else {
                    continue;
                };
                let frame: Value = serde_json::from_str(&text).unwrap();
                let (reference, event, payload) = match &frame {
                    Value::Array(parts) => (&parts[1], &parts[3], &parts[4]),
                    object => (&object["ref"], &object["event"], &object["payload"]),
                };
                if event == "phx_reply" {
                    assert!(
                        matches!(payload["status"].as_str(), Some("ok" | "error")),
                        "{frame}"
                    );
                    assert!(payload["response"].is_object(), "{frame}");
                }
                if reference == "beat" {
                    break;
                }
            }
        }
    }
    server.sql("insert into board values (1, 1)").await;
    assert_eq!(
        joined.change().await["record"]["line"],
        1,
        "changes flow as before"
    );
}

/// The same frame for version 1, where it is one.
fn as_object(message: &Message) -> Message {
    let Message::Text(text) = message else {
        return message.clone();
    };
    match serde_json::from_str(text) {
        Ok(Value::Array(parts)) if parts.len() == 5 => Message::text(
            json!({"join_ref": parts[0], "ref": parts[1], "topic": parts[2], "event": parts[3], "payload": parts[4]})
                .to_string(),
        ),
        _ => message.clone(),
    }
}
