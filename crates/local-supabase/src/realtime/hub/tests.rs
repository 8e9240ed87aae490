//! The registry by itself: what each side is sent, and in which order.

mod broadcast;
mod limits;
mod presence;

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::realtime::visibility::Delivery;

#[test]
fn a_join_is_answered_with_its_bindings_and_then_with_who_is_there() {
    let mut hub = Hub::default();
    let socket = hub.connect(Version::V2);
    let mut joining = joining("1");
    joining.presence = true;
    joining.echo = vec![json!({"event": "*", "schema": "public", "id": 7})];
    hub.join(socket, joining).unwrap();
    assert_eq!(
        frames(&mut hub, socket),
        [
            json!(["1", "1", "realtime:a", "phx_reply", {"status": "ok", "response": {
                "postgres_changes": [{"event": "*", "schema": "public", "id": 7}]}}]),
            json!(["1", null, "realtime:a", "presence_state", {}]),
        ]
    );
}

#[test]
fn the_second_join_of_a_topic_closes_the_first_by_its_old_ref() {
    let mut hub = Hub::default();
    let socket = hub.connect(Version::V2);
    let first = hub.join(socket, joining("1")).unwrap();
    hub.drain();
    let second = hub.join(socket, joining("5")).unwrap();
    let sent = frames(&mut hub, socket);
    assert_eq!(sent[0], json!(["1", "1", "realtime:a", "phx_close", {}]));
    assert_eq!(
        (&sent[1][0], &sent[1][3]),
        (&json!("5"), &json!("phx_reply"))
    );
    assert!(hub.identity(first).is_none() && hub.identity(second).is_some());
}

#[test]
fn leaving_is_answered_before_the_close_and_unjoined_topics_may_be_left() {
    let mut hub = Hub::default();
    let socket = hub.connect(Version::V2);
    hub.join(socket, joining("1")).unwrap();
    hub.drain();
    for closes in [true, false] {
        hub.leave(socket, address("9"));
        let sent = frames(&mut hub, socket);
        assert_eq!(sent[0][4], json!({"status": "ok", "response": {}}));
        assert_eq!(
            sent.get(1) == Some(&json!(["1", "1", "realtime:a", "phx_close", {}])),
            closes
        );
    }
}

#[test]
fn version_1_gets_objects_without_join_ref() {
    let mut hub = Hub::default();
    let socket = hub.connect(Version::V1);
    let channel = hub.join(socket, joining("1")).unwrap();
    hub.changes(&[Delivery {
        channels: [channel].into(),
        ids: vec![3, 4],
        data: "{\"x\":1}".into(),
    }]);
    let sent = frames(&mut hub, socket);
    assert_eq!(sent[0]["ref"], "1");
    assert!(sent[0].get("join_ref").is_none());
    assert_eq!(
        sent[1],
        json!({"topic": "realtime:a", "event": "postgres_changes", "payload": {"ids": [3, 4], "data": {"x": 1}}, "ref": null})
    );
}

#[test]
fn rights_on_a_private_topic_are_kept() {
    let mut hub = Hub::default();
    let topic = Topic {
        name: "realtime:a".into(),
        private: true,
    };
    let deaf = Rights {
        hear: false,
        ..Rights::ALL
    };
    let mute = Rights {
        speak: false,
        ..Rights::ALL
    };
    let [ann, bob, eve] = [deaf, mute, Rights::ALL].map(|rights| {
        let socket = hub.connect(Version::V2);
        (
            socket,
            hub.join(
                socket,
                Joining {
                    topic: topic.clone(),
                    rights,
                    ack: true,
                    ..joining("1")
                },
            )
            .unwrap(),
        )
    });
    let outside = hub.connect(Version::V2);
    hub.join(outside, joining("1")).unwrap();
    hub.drain();
    let cast = Cast::Text(serde_json::value::to_raw_value(&json!({})).unwrap());
    hub.broadcast(bob.1, &cast, address("2"));
    assert!(
        hub.drain().is_empty(),
        "whoever may not speak gets no answer either"
    );
    hub.broadcast(eve.1, &cast, address("2"));
    let to: Vec<_> = hub.drain().into_iter().map(|(socket, _)| socket).collect();
    assert_eq!(
        to,
        [bob.0, eve.0],
        "bob hears, eve is answered; ann is deaf and the public room another"
    );
    let _ = ann;
}

#[test]
fn an_ended_token_ends_the_channel_with_the_reason() {
    let mut hub = Hub::default();
    let socket = hub.connect(Version::V2);
    let channel = hub.join(socket, joining("1")).unwrap();
    hub.drain();
    assert_eq!(hub.expire(channel, 99), Some(100));
    assert_eq!(hub.expire(channel, 103), None);
    let sent = frames(&mut hub, socket);
    assert_eq!(
        sent[0],
        json!(["1", null, "realtime:a", "system", {"extension": "system", "status": "error",
            "message": "Token has expired 3 seconds ago", "channel": "a"}])
    );
    assert_eq!(sent[1][3], "phx_close");
    assert_eq!(hub.expire(channel, 104), None);
    assert!(hub.drain().is_empty());
}

#[test]
fn bindings_live_only_for_whom_the_channel_speaks_for_now() {
    let mut hub = Hub::default();
    let socket = hub.connect(Version::V2);
    let channel = hub.join(socket, joining("1")).unwrap();
    hub.drain();
    let viewer = |claims: &str| {
        Arc::new(Viewer {
            role: "anon".into(),
            claims: claims.into(),
        })
    };
    hub.subscribe(channel, viewer("{\"sub\":\"former\"}"));
    assert!(hub.audience().people.is_empty() && hub.drain().is_empty());
    hub.subscribe(channel, viewer("{}"));
    assert_eq!(hub.audience().people.len(), 1);
    hub.unsubscribe(channel, "no more");
    assert!(hub.audience().people.is_empty());
    let told: Vec<_> = frames(&mut hub, socket)
        .iter()
        .map(|frame| frame[4]["message"].clone())
        .collect();
    assert_eq!(told, [json!("Subscribed to PostgreSQL"), json!("no more")]);
}

fn joining(reference: &str) -> Joining {
    let identity = Identity {
        token: String::new(),
        role: "anon".into(),
        claims: "{}".into(),
        exp: 100,
    };
    Joining {
        topic: Topic {
            name: "realtime:a".into(),
            private: false,
        },
        reference: Some(reference.into()),
        join_ref: Some(reference.into()),
        identity: Arc::new(identity),
        rights: Rights::ALL,
        ack: false,
        to_self: false,
        presence: false,
        key: "someone".into(),
        echo: Vec::new(),
        replayed: Vec::new(),
        bindings: [].into(),
    }
}

fn address(reference: &str) -> Address {
    Address {
        topic: "realtime:a".into(),
        reference: Some(reference.into()),
        join_ref: Some("1".into()),
    }
}

fn frames(hub: &mut Hub, to: SocketId) -> Vec<Value> {
    let sent = hub.drain().into_iter().filter(|(socket, _)| *socket == to);
    let parsed = sent.map(|(_, outgoing)| match outgoing {
        Outgoing::Text(text) => serde_json::from_str(&text).unwrap(),
        other => panic!("no text frame: {other:?}"),
    });
    parsed.collect()
}
