//! Binary frames byte by byte, and bytes that are none.

use super::*;

fn push() -> Vec<u8> {
    let mut bytes = vec![3, 1, 1, 10, 6, 2, 1];
    bytes.extend(b"17realtime:atyping{}{\"a\":1}");
    bytes
}

#[test]
fn a_push_becomes_a_broadcast() {
    let push = Push::decode(&push()).unwrap();
    assert_eq!(
        (push.join_ref.as_deref(), push.reference.as_deref()),
        (Some("1"), Some("7"))
    );
    assert_eq!(push.topic, "realtime:a");
    let user = UserBroadcast {
        event: "typing".into(),
        encoding: Encoding::Json,
        payload: b"{\"a\":1}".to_vec(),
        kept: None,
    };
    assert_eq!(push.content, Content::User(user));
}

#[test]
fn an_event_may_have_bytes_for_its_payload() {
    let push = Push::decode(b"\x00\x00\x01\x0a\x099realtime:abroadcast\xff\x00").unwrap();
    assert_eq!(
        (push.join_ref, push.reference.as_deref()),
        (None, Some("9"))
    );
    assert_eq!(
        push.content,
        Content::Plain("broadcast".into(), vec![255, 0])
    );
    assert_eq!(
        broadcast("realtime:a", "broadcast", &[255, 0]).unwrap(),
        b"\x02\x0a\x09realtime:abroadcast\xff\x00"
    );
}

#[test]
fn out_it_has_its_own_layout() {
    let mut user = UserBroadcast {
        event: "go".into(),
        encoding: Encoding::Json,
        payload: b"[1]".to_vec(),
        kept: None,
    };
    assert_eq!(
        user.encode("realtime:a").unwrap(),
        b"\x04\x0a\x02\x00\x01realtime:ago[1]"
    );
    assert_eq!(
        user.as_text().unwrap().get(),
        r#"{"type":"broadcast","event":"go","payload":[1]}"#
    );
    assert_eq!(user.encode(&"x".repeat(256)), None);
    user.kept = Some(Kept {
        id: Uuid::nil(),
        replayed: true,
    });
    let meta = r#"{"id":"00000000-0000-0000-0000-000000000000","replayed":true}"#;
    assert_eq!(
        user.encode("realtime:a").unwrap(),
        [
            &[4, 10, 2, meta.len() as u8, 1][..],
            format!("realtime:ago{meta}[1]").as_bytes()
        ]
        .concat()
    );
    assert_eq!(
        user.as_text().unwrap().get(),
        format!(r#"{{"type":"broadcast","event":"go","payload":[1],"meta":{meta}}}"#)
    );
}

#[test]
fn every_cut_and_every_lie_is_an_error() {
    let whole = push();
    for end in 0..whole.len() {
        assert!(Push::decode(&whole[..end]).is_err(), "{end}");
    }
    for (at, lie) in [(0, 1), (0, 9), (5, 3), (7, 255)] {
        let mut bytes = whole.clone();
        bytes[at] = lie;
        assert!(Push::decode(&bytes).is_err(), "{lie} at {at}");
    }
}

proptest::proptest! {
    #[test]
    fn arbitrary_bytes_are_a_push_or_an_error(
        kind in 0_u8..5,
        lengths in proptest::collection::vec(0_u8..6, 0..8),
        rest in proptest::collection::vec(proptest::num::u8::ANY, 0..40),
    ) {
        let bytes = [&[kind][..], &lengths, &rest].concat();
        if let Ok(push) = Push::decode(&bytes) {
            proptest::prop_assert!(matches!(kind, 0 | 3));
            if let Content::User(user) = push.content {
                proptest::prop_assert!(user.encode(&push.topic).is_some());
                proptest::prop_assert_eq!(user.as_text().is_some(), serde_json::from_slice::<&RawValue>(&user.payload).is_ok());
            }
        }
        let _ = Push::decode(&rest);
    }
}
