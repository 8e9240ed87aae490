//! Live is proven, not assumed: digests are compared, and what differs is mended.

use std::time::Duration;

use serde_json::json;
use sync::{Input, Standing, Status};

use super::{
    tables::{Id, Note, body, id, note},
    world::World,
};

fn hidden(key: Id) -> String {
    json!(key).to_string()
}

fn syncs(world: &World) -> usize {
    let all = world.server.requests.iter();
    all.filter(|path| path.contains("rpc/sync")).count()
}

/// Two live clients; the second has written three notes.
fn with_notes() -> World {
    let mut world = World::live(2);
    for n in 1..=3 {
        world.act(1, |client, now| {
            client
                .engine
                .insert::<Note>(now, note(n, "b", &n.to_string()))
        });
        world.run(1);
    }
    world
}

#[test]
fn a_row_that_leaves_the_view_goes_and_one_that_comes_into_view_appears() {
    let mut world = with_notes();
    world.server.hidden.insert(hidden(id(2)));
    world.run(400);
    assert_eq!(world.clients[0].bodies(), ["1", "3"], "no event told so");
    assert_eq!(world.status(0), Status::Live);
    world.server.hidden.clear();
    world.run(400);
    assert_eq!(world.clients[0].bodies(), ["1", "2", "3"]);
    assert_eq!(world.status(0), Status::Live);
}

#[test]
fn mending_shows_no_empty_list_and_keeps_what_waits() {
    let mut world = with_notes();
    world.server.hidden.insert(hidden(id(2)));
    world.act(0, |client, now| client.edit(now, id(3), body("forbidden")));
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(9, "a", "forbidden"))
    });
    for _ in 0..4_000 {
        world.run_for(Duration::from_millis(100));
        assert!(world.clients[0].bodies().len() >= 3, "never empty");
    }
    assert_eq!(world.clients[0].bodies(), ["1", "3", "forbidden"]);
    let (_, standing) = world.clients[0].note(id(9)).unwrap();
    assert!(matches!(standing, Standing::Failed(_)));
}

#[test]
fn a_comparison_without_findings_is_not_seen() {
    let mut world = with_notes();
    let before = syncs(&world);
    for _ in 0..1_000 * 100 {
        world.run_for(Duration::from_millis(10));
        assert_eq!(world.status(0), Status::Live);
        assert_eq!(world.status(1), Status::Live);
    }
    let each = (syncs(&world) - before) / 2;
    assert!((2..=4).contains(&each), "{each} in 1,000 seconds");
}

#[test]
fn a_difference_that_cannot_be_mended_is_said_and_does_not_loop() {
    let mut world = with_notes();
    let before = syncs(&world);
    world.server.wrong_digests = true;
    world.input(0, Input::Woke);
    world.run(35);
    world.input(0, Input::Woke);
    world.run(600);
    assert_eq!(world.status(0), Status::CatchingUp);
    let asked = syncs(&world) - before;
    assert!(asked < 80, "{asked} requests in ten minutes by two");
    world.act(1, |client, now| {
        client.engine.insert::<Note>(now, note(4, "b", "4"))
    });
    world.run(5);
    assert_eq!(
        world.clients[0].bodies(),
        ["1", "2", "3", "4"],
        "changes show nevertheless"
    );
    world.server.wrong_digests = false;
    world.run(60);
    assert_eq!(world.status(0), Status::Live);
}

#[test]
fn a_comparison_without_answer_holds_changes_back_for_three_seconds_at_most() {
    let mut world = with_notes();
    world.run(35);
    world.clients[0].hold_requests = true;
    world.input(0, Input::Woke);
    assert_eq!(world.clients[0].held.len(), 1, "it compares on waking");
    world.act(1, |client, now| {
        client.engine.insert::<Note>(now, note(4, "b", "4"))
    });
    world.run_for(Duration::from_millis(3_100));
    assert_eq!(world.clients[0].bodies(), ["1", "2", "3", "4"]);
    world.release(0);
    world.run(300);
    assert_eq!(world.status(0), Status::Live);
}

#[test]
fn own_writes_during_a_comparison_are_no_difference() {
    let mut world = with_notes();
    for n in 10..60 {
        world.run(31);
        world.input(0, Input::Woke);
        world.act(0, |client, now| {
            client.engine.insert::<Note>(now, note(n, "a", "own"))
        });
        for _ in 0..100 {
            world.run_for(Duration::from_millis(7));
            assert_eq!(world.status(0), Status::Live);
        }
    }
}

#[test]
fn waking_after_a_short_freeze_catches_up_on_the_same_connection() {
    let mut world = with_notes();
    let socket = world.clients[0].socket;
    world.sleep(Duration::from_secs(20));
    world.input(0, Input::Woke);
    assert_eq!(world.status(0), Status::CatchingUp);
    world.run(1);
    assert_eq!(world.status(0), Status::Live);
    world.run(30);
    assert_eq!(
        world.clients[0].socket, socket,
        "a working connection stays"
    );
}

#[test]
fn what_was_not_proven_in_time_is_not_called_live() {
    let mut world = with_notes();
    world.sleep(Duration::from_secs(20));
    assert_ne!(world.status(0), Status::Live, "the heartbeat is overdue");
}

#[test]
fn resuming_with_an_expired_token_refreshes_first_and_then_catches_up() {
    let mut world = with_notes();
    world.run(1);
    world.sleep(Duration::from_secs(7200));
    world.revoke();
    let before = world.server.requests.len();
    world.input(0, Input::Woke);
    assert_eq!(world.status(0), Status::CatchingUp);
    world.run_for(Duration::from_millis(200));
    let asked = &world.server.requests[before..];
    let mine: Vec<_> = asked.iter().map(String::as_str).collect();
    assert!(mine[0].contains("/token"), "{mine:?}");
    assert!(
        mine.iter().any(|path| path.contains("rpc/sync")),
        "{mine:?}"
    );
    world.run(10);
    assert_eq!(world.status(0), Status::Live);
}

#[test]
fn a_cursor_of_no_use_replaces_rows_without_an_empty_page() {
    let mut world = with_notes();
    world.cut(0);
    world.server.forgotten = true;
    world.act(1, |client, now| client.engine.delete::<Note>(now, id(1)));
    for _ in 0..100 {
        world.run_for(Duration::from_millis(100));
        assert!(world.clients[0].bodies().len() >= 2);
    }
    assert_eq!(world.clients[0].bodies(), ["2", "3"]);
    assert_eq!(world.status(0), Status::Live);
}

#[test]
fn too_many_changes_to_keep_are_asked_for_again() {
    let mut world = with_notes();
    world.clients[0].hold_requests = true;
    world.says_subscribed(0);
    world.run(1);
    world.act(1, |client, now| client.edit(now, id(1), body("one")));
    world.run(1);
    let socket = world.clients[0].socket.unwrap();
    for n in 0..10_050 {
        let key = json!({"id": id(1_000 + n).id});
        let data = json!({
            "schema": "public", "table": "notes", "type": "DELETE", "columns": [],
            "commit_timestamp": null, "errors": null, "old_record": key,
        });
        let payload = json!({"ids": [1], "data": data});
        let frame = json!([null, null, "realtime:world", "postgres_changes", payload]);
        world.input(0, Input::Frame(socket, frame.to_string()));
    }
    let before = syncs(&world);
    world.release(0);
    world.run(5);
    assert_eq!(
        syncs(&world) - before,
        2,
        "the one that was held, and one more"
    );
    assert_eq!(world.status(0), Status::Live);
    assert_eq!(world.clients[0].bodies(), ["one", "2", "3"]);
}

#[test]
fn news_that_cannot_be_read_is_counted_and_asked_for() {
    let mut world = with_notes();
    world.run(1);
    let before = syncs(&world);
    let data = json!({
        "schema": "public", "table": "notes", "type": "INSERT", "columns": [],
        "commit_timestamp": null, "errors": null, "record": {"id": 7},
    });
    world.server_says(0, "postgres_changes", json!({"ids": [1], "data": data}));
    world.run(6);
    assert_eq!(world.clients[0].engine.unread(), 1);
    assert_eq!(syncs(&world) - before, 1);
    assert_eq!(world.status(0), Status::Live);
}
