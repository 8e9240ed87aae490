//! Who is present, as the others are told.

use std::time::{Duration, Instant};

use serde_json::Map;

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
    let now = Instant::now();

    hub.track(anns, meta(1), now).unwrap();
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

    hub.track(anns, meta(1), now).unwrap();
    assert!(
        frames(&mut hub, bob).is_empty(),
        "the same again is no news"
    );
    hub.track(anns, meta(2), now).unwrap();
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
    let now = Instant::now();
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
        hub.track(channel, meta(seat), now).unwrap();
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
    hub.untrack(tabs[0].1, now).unwrap();
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
        hub.track(channel, meta(seat), now).unwrap();
    }
    assert!(hub.untrack(channel, now + Duration::from_secs(29)).is_err());
    assert!(hub.untrack(channel, now + Duration::from_secs(31)).is_ok());
}

fn meta(seat: u32) -> Map<String, Value> {
    json!({ "seat": seat }).as_object().unwrap().clone()
}
