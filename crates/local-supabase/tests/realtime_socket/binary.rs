//! Binary frames of version 2 beside those that the official client sends, and frames that are too large.

use futures_util::SinkExt;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{ANN, BOB, Server};

/// A frame of kind 0: any event, with bytes for its payload.
fn push(reference: &str, topic: &str, event: &str, data: &[u8]) -> Message {
    let mut bytes = vec![0];
    let texts = ["1", reference, topic, event];
    bytes.extend(texts.map(|text| u8::try_from(text.len()).unwrap()));
    for text in texts {
        bytes.extend(text.as_bytes());
    }
    bytes.extend(data);
    Message::binary(bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_are_broadcast_as_bytes_to_those_whose_version_holds_them() {
    let server = Server::start().await;
    let (mut ann, mut bob) = (server.client().await, server.client().await);
    let mut old = server
        .client_with(&format!("apikey={}", server.state.keys.anon))
        .await
        .unwrap();
    let ack = json!({"broadcast": {"ack": true}});
    ann.join("realtime:a", ack, &server.token(ANN, 60)).await;
    bob.join("realtime:a", json!({}), &server.token(BOB, 60))
        .await;
    old.send(
        json!({"topic": "realtime:a", "event": "phx_join", "ref": "1", "payload": {"config": {}}}),
    )
    .await;
    old.frame().await;

    ann.socket
        .send(push("2", "realtime:a", "broadcast", &[0, 255]))
        .await
        .unwrap();
    assert_eq!(
        ann.frame().await,
        json!(["1", "2", "realtime:a", "phx_reply", {"status": "ok", "response": {}}]),
        "acknowledged like any other"
    );
    match bob.message().await {
        Some(Message::Binary(bytes)) => {
            assert_eq!(&bytes[..], b"\x02\x0a\x09realtime:abroadcast\x00\xff");
        }
        other => panic!("expected a binary frame, not {other:?}"),
    }
    // Another event is what its name says, and bytes are no payload.
    bob.socket
        .send(push("3", "phoenix", "heartbeat", b"{}"))
        .await
        .unwrap();
    assert_eq!(
        bob.frame().await,
        json!(["1", "3", "phoenix", "phx_reply", {"status": "ok", "response": {}}])
    );
    bob.socket
        .send(push("4", "realtime:b", "broadcast", b""))
        .await
        .unwrap();
    assert_eq!(
        bob.frame().await[4],
        json!({"status": "error", "response": {"reason": "unmatched topic"}})
    );
    old.send(json!({"topic": "phoenix", "event": "heartbeat", "payload": {}, "ref": "5"}))
        .await;
    assert_eq!(old.frame().await["ref"], "5", "nothing came before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_too_large_ends_the_connection_with_1009() {
    let server = Server::start().await;
    let (mut ann, mut bob) = (server.client().await, server.client().await);
    bob.join("realtime:a", json!({}), &server.token(BOB, 60))
        .await;
    // Within the limit it is read, though it is no frame.
    ann.socket
        .send(Message::text("x".repeat(5_000_000)))
        .await
        .unwrap();
    ann.send(json!([null, "1", "phoenix", "heartbeat", {}]))
        .await;
    assert_eq!(ann.frame().await[1], "1");
    // The server may have closed before it was all sent.
    let _ = ann.socket.send(Message::text("x".repeat(5_000_001))).await;
    let end = ann.end().await;
    assert_eq!(end, Some((1009, "frame too large".to_owned())));
    bob.send(json!([null, "2", "phoenix", "heartbeat", {}]))
        .await;
    assert_eq!(bob.frame().await[1], "2", "others go on");
}
