//! Messages to a room, in the form that each receiver understands.

use super::*;
use crate::realtime::{
    frame::{Encoding, Kept, UserBroadcast},
    replay::{Former, Told},
};

#[test]
fn a_broadcast_reaches_the_others_in_the_form_each_understands() {
    let mut hub = Hub::default();
    let sockets = [Version::V2, Version::V2, Version::V1].map(|version| hub.connect(version));
    let channels = sockets.map(|socket| hub.join(socket, joining("1")).unwrap());
    hub.drain();
    let user = UserBroadcast {
        event: "go".into(),
        encoding: Encoding::Json,
        payload: b"{}".to_vec(),
        kept: None,
    };
    hub.broadcast(channels[0], &Cast::User(user.clone()), address("2"));
    let sent = hub.drain();
    assert_eq!(
        sent.len(),
        2,
        "not to the sender, and no acknowledgement unasked"
    );
    assert_eq!(
        sent[0],
        (
            sockets[1],
            Outgoing::Binary(user.encode("realtime:a").unwrap())
        )
    );
    assert!(
        matches!(&sent[1], (socket, Outgoing::Text(text)) if *socket == sockets[2] && text.contains("\"go\""))
    );

    let bytes = UserBroadcast {
        encoding: Encoding::Binary,
        ..user
    };
    hub.broadcast(channels[0], &Cast::User(bytes), address("3"));
    assert_eq!(hub.drain().len(), 1, "binary data is not for version 1");
}

#[test]
fn an_acknowledgement_and_the_own_message_come_when_asked_for() {
    let mut hub = Hub::default();
    let socket = hub.connect(Version::V2);
    let channel = hub
        .join(
            socket,
            Joining {
                ack: true,
                to_self: true,
                ..joining("1")
            },
        )
        .unwrap();
    hub.drain();
    let payload =
        serde_json::value::to_raw_value(&json!({"type": "broadcast", "event": "x"})).unwrap();
    hub.broadcast(channel, &Cast::Text(payload), address("4"));
    let sent = frames(&mut hub, socket);
    assert_eq!(
        sent[0],
        json!([null, null, "realtime:a", "broadcast", {"type": "broadcast", "event": "x"}])
    );
    assert_eq!(sent[1][1], "4");
}

#[test]
fn what_was_told_again_at_the_join_is_not_told_once_more() {
    let mut hub = Hub::default();
    let (late, early) = (hub.connect(Version::V2), hub.connect(Version::V2));
    let former = Former {
        id: Uuid::from_u128(7),
        told: Told::Json(json!({"event": "x"})),
    };
    let replayed = Joining {
        replayed: vec![former],
        ..joining("1")
    };
    hub.join(late, replayed).unwrap();
    hub.join(early, joining("1")).unwrap();
    hub.drain();
    let mut message = |id| {
        let kept = Kept {
            id: Uuid::from_u128(id),
            replayed: false,
        };
        let user = UserBroadcast {
            event: "x".into(),
            encoding: Encoding::Json,
            payload: b"{}".to_vec(),
            kept: Some(kept),
        };
        let topic = joining("1").topic;
        hub.relay(&topic, &Cast::User(user)).unwrap();
        let heard: Vec<_> = hub.drain().into_iter().map(|(socket, _)| socket).collect();
        heard
    };
    assert_eq!(message(7), [early]);
    assert_eq!(message(8), [late, early]);
}
