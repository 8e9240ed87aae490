//! Broadcasts that come by HTTP, one at a time.

use local_supabase::{Config, realtime::Limits};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{ANN, BOB, Server};

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";

#[tokio::test(flavor = "multi_thread")]
async fn one_message_goes_to_the_topic_and_event_of_its_path() {
    let server = Server::start().await;
    let token = server.token(ANN, 60);
    let mut bob = server.client().await;
    bob.join("realtime:the inn", json!({}), &server.token(BOB, 60))
        .await;
    let one = "POST /realtime/v1/api/broadcast/the%20inn/events/last%20orders";
    for (kind, body, frame) in [
        (
            JSON,
            r#"{"a": 1}"#,
            &b"\x04\x10\x0b\x00\x01realtime:the innlast orders{\"a\": 1}"[..],
        ),
        (
            "application/json; charset=utf-8",
            "[2]",
            b"\x04\x10\x0b\x00\x01realtime:the innlast orders[2]",
        ),
        (
            BYTES,
            "\u{1}x",
            b"\x04\x10\x0b\x00\x00realtime:the innlast orders\x01x",
        ),
    ] {
        let (status, _, said) = server.http_of(kind, one, &token, body).await;
        assert_eq!((status, said.as_str()), (202, ""), "{kind}");
        match bob.message().await {
            Some(Message::Binary(bytes)) => assert_eq!(&bytes[..], frame, "{kind}"),
            other => panic!("expected a binary frame, not {other:?}"),
        }
    }
    for (kind, token, body, status, message) in [
        (
            JSON,
            "nonsense",
            "{}",
            401,
            json!({"message": "Unauthorized"}),
        ),
        (
            "text/plain",
            &token,
            "{}",
            415,
            json!({"message": "Unsupported Media Type"}),
        ),
        (
            JSON,
            &token,
            "{",
            422,
            json!({"errors": {"payload": ["is invalid"]}}),
        ),
    ] {
        let (answered, _, said) = server.http_of(kind, one, token, body).await;
        assert_eq!(answered, status);
        assert_eq!(serde_json::from_str::<Value>(&said).unwrap(), message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_topic_is_told_only_by_those_who_may_speak_there() {
    let server = Server::start().await;
    server
        .sql(&format!(
            "create policy hear on realtime.messages for select to authenticated using (true);
             create policy speak on realtime.messages for insert to authenticated
               with check (realtime.topic() = 'club' and auth.uid() = '{ANN}')"
        ))
        .await;
    let (mut inside, mut outside) = (server.client().await, server.client().await);
    let token = server.token(BOB, 60);
    inside
        .join("realtime:club", json!({"private": true}), &token)
        .await;
    outside.join("realtime:club", json!({}), &token).await;
    let private = "POST /realtime/v1/api/broadcast/club/events/x?private=true";
    let public = "POST /realtime/v1/api/broadcast/club/events/x?private=false";
    let (status, _, said) = server.http(private, &token, "1").await;
    assert_eq!(
        (status, said.as_str()),
        (403, r#"{"message":"Unauthorized"}"#)
    );
    assert_eq!(server.http(public, &token, "2").await.0, 202);
    assert_eq!(
        server.http(private, &server.token(ANN, 60), "3").await.0,
        202
    );
    for (client, data) in [(&mut inside, b'3'), (&mut outside, b'2')] {
        match client.message().await {
            Some(Message::Binary(bytes)) => assert_eq!(bytes.last(), Some(&data)),
            other => panic!("expected a binary frame, not {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_tell_how_much_of_the_plan_is_used() {
    let limits = Limits {
        messages: Some(1),
        ..Limits::default()
    };
    let server = Server::start_with(Config {
        limits,
        ..Config::default()
    })
    .await;
    let ping = async || server.http("GET /realtime/v1/api/ping", "", "").await;
    for _ in 0..60 {
        let (status, head, _) = ping().await;
        assert_eq!(status, 200);
        for line in [
            "x-rate-rolling: 0",
            "x-rate-limit: 1",
            "x-rate-limit-remaining: 1",
        ] {
            assert!(head.contains(line), "{head}");
        }
    }
    let (status, head, said) = ping().await;
    assert_eq!(
        (status, said.as_str()),
        (429, r#"{"message":"Too many requests"}"#)
    );
    assert!(head.contains("x-rate-limit-remaining: 0"), "{head}");

    let unlimited = Server::start().await;
    let (status, head, _) = unlimited.http("GET /realtime/v1/api/ping", "", "").await;
    assert_eq!(status, 200);
    assert!(!head.contains("x-rate"), "{head}");
}
