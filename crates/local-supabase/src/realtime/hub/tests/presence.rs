//! Who is present, as the others are told.

use super::*;

#[test]
fn presence_goes_to_everybody_and_leaves_with_the_socket() {
    let mut hub = Hub::default();
    let (ann, bob) = (hub.connect(Version::V2), hub.connect(Version::V2));
    let anns = hub
        .join(
            ann,
            Joining {
                key: "ann".into(),
                ..joining("1")
            },
        )
        .unwrap();
    hub.join(
        bob,
        Joining {
            presence: true,
            ..joining("1")
        },
    )
    .unwrap();
    hub.drain();
    hub.track(anns, &meta(1)).unwrap();
    let joined = frames(&mut hub, bob).remove(0);
    assert_eq!(
        (&joined[0], &joined[3]),
        (&Value::Null, &json!("presence_diff"))
    );
    let reference = joined[4]["joins"]["ann"]["metas"][0]["phx_ref"].clone();
    assert_eq!(
        (
            &joined[4]["joins"]["ann"]["metas"][0]["seat"],
            &joined[4]["leaves"]
        ),
        (&json!(1), &json!({}))
    );

    hub.track(anns, &meta(1)).unwrap();
    assert!(
        frames(&mut hub, bob).is_empty(),
        "the same again is no news"
    );
    hub.track(anns, &meta(2)).unwrap();
    let changed = frames(&mut hub, bob).remove(0);
    assert_eq!(
        changed[4]["joins"]["ann"]["metas"][0]["phx_ref_prev"],
        reference
    );
    assert_eq!(
        changed[4]["leaves"]["ann"]["metas"][0]["phx_ref"],
        reference
    );

    hub.disconnect(ann);
    let left = frames(&mut hub, bob).remove(0);
    assert_eq!(left[4]["leaves"]["ann"]["metas"][0]["seat"], json!(2));
}

#[test]
fn two_tabs_of_one_key_are_two_metas() {
    let mut hub = Hub::default();
    let tabs = [1, 2].map(|seat| {
        let socket = hub.connect(Version::V2);
        let channel = hub
            .join(
                socket,
                Joining {
                    key: "ann".into(),
                    ..joining("1")
                },
            )
            .unwrap();
        hub.track(channel, &meta(seat)).unwrap();
        (socket, channel)
    });
    let late = hub.connect(Version::V2);
    hub.drain();
    hub.join(
        late,
        Joining {
            presence: true,
            ..joining("1")
        },
    )
    .unwrap();
    let state = frames(&mut hub, late).remove(1);
    assert_eq!(state[4]["ann"]["metas"].as_array().unwrap().len(), 2);
    hub.untrack(tabs[0].1).unwrap();
    let diff = frames(&mut hub, late).remove(0);
    assert_eq!(
        diff[4]["leaves"]["ann"]["metas"],
        json!([{"seat": 1, "phx_ref": state[4]["ann"]["metas"][0]["phx_ref"]}])
    );
}

#[test]
fn six_presence_calls_in_half_a_minute_are_one_too_many() {
    let mut hub = Hub::default();
    let socket = hub.connect(Version::V2);
    let channel = hub.join(socket, joining("1")).unwrap();
    let now = Instant::now();
    for seat in 0..5 {
        hub.track(channel, &meta(seat)).unwrap();
    }
    hub.at(now + Duration::from_secs(29));
    assert_eq!(
        hub.untrack(channel),
        Err(Denied::Ends("Client presence rate limit exceeded"))
    );
    hub.at(now + Duration::from_secs(31));
    assert_eq!(hub.untrack(channel), Ok(()));
}

#[test]
fn what_cannot_be_shown_is_refused_or_ends_the_channel() {
    let mut hub = Hub::new(
        Limits {
            presence: Some(1),
            payload: 100,
            presence_calls: 1000,
            ..Limits::default()
        },
        Instant::now(),
    );
    let socket = hub.connect(Version::V2);
    let channel = hub.join(socket, joining("1")).unwrap();
    assert_eq!(hub.track(channel, &json!([1])), Err(Denied::NotAMap));
    assert_eq!(
        hub.track(channel, &json!({"text": "x".repeat(100)})),
        Err(Denied::Ends("Track message size exceeded"))
    );
    // Each call counts twice: it is heard by one.
    for seat in 0..30 {
        hub.track(channel, &meta(seat)).unwrap();
    }
    assert_eq!(
        hub.track(channel, &meta(30)),
        Err(Denied::Ends("Too many presence messages per second"))
    );
    assert_eq!(
        hub.track(channel, &meta(29)),
        Ok(()),
        "nothing new is nothing to send"
    );
}

fn meta(seat: u32) -> Value {
    json!({ "seat": seat })
}
