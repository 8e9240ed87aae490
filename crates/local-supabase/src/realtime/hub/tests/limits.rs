//! Too much of something: who is refused, who is ended, and who goes on.

use super::*;

fn room(name: &str) -> Topic {
    Topic {
        name: format!("realtime:{name}"),
        private: false,
    }
}

fn hub(limits: Limits) -> Hub {
    Hub::new(limits, Instant::now())
}

#[test]
fn a_socket_has_at_most_a_hundred_channels() {
    let mut hub = Hub::default();
    let socket = hub.connect(Version::V2);
    for number in 0..100 {
        let topic = room(&number.to_string());
        assert_eq!(hub.may_join(socket, &topic.name), Ok(()));
        hub.join(
            socket,
            Joining {
                topic,
                ..joining("1")
            },
        );
    }
    let full = hub.may_join(socket, "realtime:100").unwrap_err();
    assert_eq!(full.reason(), "ChannelRateLimitReached: Too many channels");
    let again = hub.may_join(socket, "realtime:99");
    assert_eq!(again, Ok(()), "joining again is none more");
}

#[test]
fn a_client_counts_from_its_first_channel_on() {
    let mut hub = hub(Limits {
        clients: Some(1),
        ..Limits::default()
    });
    let (ann, bob) = (hub.connect(Version::V2), hub.connect(Version::V2));
    assert_eq!(hub.may_join(ann, "realtime:a"), Ok(()));
    hub.join(ann, joining("1"));
    assert_eq!(
        hub.may_join(ann, "realtime:b"),
        Ok(()),
        "it is counted already"
    );
    let full = hub.may_join(bob, "realtime:a").unwrap_err();
    assert_eq!(
        full.reason(),
        "ConnectionRateLimitReached: Too many connected users"
    );
    assert_eq!(hub.admits(), Err(full), "nor may another connect");
    hub.disconnect(ann);
    assert_eq!(hub.may_join(bob, "realtime:a"), Ok(()));
}

#[test]
fn too_many_joins_are_refused_until_a_minute_has_calmed() {
    let mut hub = hub(Limits {
        joins: Some(1),
        ..Limits::default()
    });
    let start = hub.now;
    let socket = hub.connect(Version::V2);
    for _ in 0..60 {
        assert_eq!(hub.may_join(socket, "realtime:a"), Ok(()));
    }
    let full = hub.may_join(socket, "realtime:a").unwrap_err();
    assert_eq!(
        full.reason(),
        "ClientJoinRateLimitReached: Too many joins per second"
    );
    hub.at(start + Duration::from_secs(61));
    assert_eq!(hub.may_join(socket, "realtime:a"), Ok(()));
}

#[test]
fn too_many_messages_end_the_channels_that_hear_them() {
    let mut hub = hub(Limits {
        messages: Some(1),
        ..Limits::default()
    });
    let [ann, bob, other] = ["a", "a", "b"].map(|name| {
        let socket = hub.connect(Version::V2);
        let topic = room(name);
        (
            socket,
            hub.join(
                socket,
                Joining {
                    topic,
                    ..joining("1")
                },
            )
            .unwrap(),
        )
    });
    hub.drain();
    let cast = Cast::Text(serde_json::value::to_raw_value(&json!({})).unwrap());
    // Each counts twice: sent once, heard once.
    for _ in 0..29 {
        hub.broadcast(ann.1, &cast, address("2"));
    }
    assert_eq!(hub.drain().len(), 29);
    hub.broadcast(ann.1, &cast, address("2"));
    let heard = frames(&mut hub, bob.0);
    let events: Vec<_> = heard
        .iter()
        .map(|frame| frame[3].as_str().unwrap())
        .collect();
    assert_eq!(events, ["broadcast", "system", "phx_close"]);
    assert_eq!(heard[1][4]["message"], "Too many messages per second");
    assert!(hub.identity(ann.1).is_some() && hub.identity(other.1).is_some());
    assert_eq!(hub.may_post(1), Err("You have exceeded your rate limit"));
    hub.at(hub.now + Duration::from_secs(61));
    assert_eq!(hub.may_post(1), Ok(()));
    assert_eq!(
        hub.may_post(2),
        Err("Too many messages to broadcast, please reduce the batch size")
    );
}

#[test]
fn changes_over_the_limit_are_sent_to_nobody_and_nothing_is_said() {
    let mut hub = hub(Limits {
        changes: Some(1),
        ..Limits::default()
    });
    let socket = hub.connect(Version::V2);
    let channel = hub.join(socket, joining("1")).unwrap();
    hub.drain();
    let change = || Delivery {
        channels: [channel].into(),
        ids: vec![1],
        data: "{}".into(),
    };
    for _ in 0..61 {
        hub.changes(&[change()]);
    }
    assert_eq!(hub.drain().len(), 60);
    hub.at(hub.now + Duration::from_secs(61));
    hub.changes(&[change()]);
    assert_eq!(hub.drain().len(), 1);
}
