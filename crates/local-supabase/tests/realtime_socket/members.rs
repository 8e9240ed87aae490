//! Members among themselves: presence, broadcast, private topics.

use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{ANN, BOB, Client, Server};

#[tokio::test(flavor = "multi_thread")]
async fn presence_and_broadcast_between_two() {
    let server = Server::start().await;
    let config =
        |key: &str| json!({"presence": {"enabled": true, "key": key}, "broadcast": {"ack": true}});
    let (mut ann, mut bob) = (server.client().await, server.client().await);
    ann.join("realtime:room", config("ann"), &server.token(ANN, 60))
        .await;
    bob.join("realtime:room", config("bob"), &server.token(BOB, 60))
        .await;
    bob.event("presence_state").await;

    ann.send(json!(["1", "2", "realtime:room", "presence", {"type": "presence", "event": "track", "payload": {"seat": 3}}])).await;
    assert_eq!(ann.event("phx_reply").await[4]["status"], "ok");
    let diff = bob.event("presence_diff").await;
    assert_eq!(diff[4]["joins"]["ann"]["metas"][0]["seat"], 3);

    let text = json!({"type": "broadcast", "event": "hi", "payload": {"a": 1}});
    ann.send(json!(["1", "3", "realtime:room", "broadcast", text]))
        .await;
    assert_eq!(ann.event("phx_reply").await[1], "3", "acknowledged");
    assert_eq!(
        bob.event("broadcast").await,
        json!([null, null, "realtime:room", "broadcast", text])
    );

    let mut push = vec![3, 1, 1, 13, 6, 0, 1];
    push.extend(b"14realtime:roomtyping{\"b\":2}");
    ann.socket.send(Message::binary(push)).await.unwrap();
    match bob.message().await {
        Some(Message::Binary(bytes)) => assert_eq!(
            &bytes[..],
            b"\x04\x0d\x06\x00\x01realtime:roomtyping{\"b\":2}"
        ),
        other => panic!("expected a binary frame, not {other:?}"),
    }

    drop(ann);
    let diff = bob.event("presence_diff").await;
    assert_eq!(diff[4]["leaves"]["ann"]["metas"][0]["seat"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_topic_is_what_its_policies_make_of_it() {
    let server = Server::start().await;
    server
        .sql(&format!(
            "create policy hear on realtime.messages for select to authenticated
               using (realtime.topic() = 'club' and extension = 'broadcast');
             create policy speak on realtime.messages for insert to authenticated
               with check (realtime.topic() = 'club' and auth.uid() = '{ANN}')"
        ))
        .await;
    let config = json!({"private": true, "broadcast": {"ack": true}});
    let (mut ann, mut bob) = (server.client().await, server.client().await);
    for (client, user) in [(&mut ann, ANN), (&mut bob, BOB)] {
        let token = server.token(user, 60);
        let refused = client.join("realtime:other", config.clone(), &token).await;
        assert_eq!(refused["status"], "error");
        assert_eq!(
            client.join("realtime:club", config.clone(), &token).await["status"],
            "ok"
        );
    }
    let say = |words: &str| json!(["1", "2", "realtime:club", "broadcast", {"type": "broadcast", "event": words}]);
    bob.send(say("bob may not")).await;
    ann.send(say("ann may")).await;
    assert_eq!(bob.event("broadcast").await[4]["event"], "ann may");
    assert_eq!(ann.event("phx_reply").await[4]["status"], "ok");

    let status = post(&server, &server.token(BOB, 60), "bob still may not").await;
    assert_eq!(status, 202, "the answer does not tell");
    post(&server, &server.token(ANN, 60), "ann by http").await;
    assert_eq!(next_event(&mut bob).await, "ann by http");
    assert_eq!(post(&server, "nonsense", "x").await, 401);
    server.sql("drop policy hear on realtime.messages").await;
    let renewed = server.token(ANN, 90);
    ann.send(json!(["1", "4", "realtime:club", "access_token", {"access_token": renewed}]))
        .await;
    let system = ann.event("system").await;
    assert_eq!(
        system[4]["message"],
        "You do not have permissions to read from this Channel topic: club"
    );
    ann.event("phx_close").await;
}

async fn next_event(client: &mut Client) -> Value {
    client.event("broadcast").await[4]["event"].clone()
}

/// Sends one private message to the club; returns the status.
async fn post(server: &Server, token: &str, event: &str) -> u16 {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let body =
        json!({"messages": [{"topic": "club", "event": event, "payload": {}, "private": true}]})
            .to_string();
    let mut stream = tokio::net::TcpStream::connect(&server.address)
        .await
        .unwrap();
    let head = format!(
        "POST /realtime/v1/api/broadcast HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer[9..12].parse().unwrap()
}
