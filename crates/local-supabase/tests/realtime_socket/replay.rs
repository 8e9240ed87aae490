//! What was broadcast in a private topic is told again to those who join later and ask for it.

use serde_json::json;

use crate::{
    messages::{club, member, user},
    support::ANN,
};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_joins_later_is_told_the_latest_again_and_nothing_twice() {
    let server = club().await;
    server
        .sql(
            r#"insert into realtime.messages (topic, extension, private, event, payload, inserted_at)
               select 'club', 'broadcast', true, 'n' || n, jsonb_build_object('n', n), now() at time zone 'utc' - interval '1 minute' * (40 - n)
               from generate_series(1, 30) n;
               insert into realtime.messages (topic, extension, private, event, binary_payload)
               values ('club', 'broadcast', true, 'bytes', '\x0102');
               insert into realtime.messages (topic, extension, private, event, payload)
               values ('other', 'broadcast', true, 'not this topic', '{}'), ('club', 'broadcast', false, 'public', '{}'),
                 ('club', 'presence', true, 'no broadcast', '{}')"#,
        )
        .await;
    let mut ann = member(&server, json!({"replay": {"since": 0, "limit": 3}})).await;
    for n in [29, 30] {
        let frame = ann.frame().await;
        assert_eq!((&frame[0], &frame[3]), (&json!("1"), &json!("broadcast")));
        assert_eq!(
            (&frame[4]["event"], &frame[4]["payload"]),
            (&json!(format!("n{n}")), &json!({"n": n}))
        );
        assert_eq!(frame[4]["meta"]["replayed"], true);
        assert!(frame[4]["meta"]["id"].is_string());
    }
    let (event, meta, encoding, data) = user(ann.message().await);
    assert_eq!(
        (event.as_str(), encoding, &data[..]),
        ("bytes", 0, &[1, 2][..])
    );
    assert_eq!(meta["replayed"], true);

    // Of all thirty-one at most twenty-five, and only those since then.
    let minutes_ago = |minutes: u64| (local_supabase::jwt::now() - 60 * minutes) * 1000;
    let mut all = member(&server, json!({"replay": {"since": 0, "limit": 99}})).await;
    assert_eq!(all.frame().await[4]["event"], "n7");
    let mut late = member(
        &server,
        json!({"replay": {"since": minutes_ago(11) - 30_000}}),
    )
    .await;
    assert_eq!(late.frame().await[4]["event"], "n29");

    let mut client = server.client().await;
    for (config, reason) in [
        (
            json!({"broadcast": {"replay": {"since": 0}}}),
            "UnableToReplayMessages: Replay is not allowed for public channels",
        ),
        (
            json!({"private": true, "broadcast": {"replay": {"since": "then"}}}),
            "UnableToReplayMessages: Replay params are not valid",
        ),
    ] {
        let refused = client
            .join("realtime:club", config, &server.token(ANN, 60))
            .await;
        assert_eq!(refused["response"]["reason"], reason);
    }
}
