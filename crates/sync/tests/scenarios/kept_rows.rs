//! Rows that outlive the app: shown when nobody answers, and then only what was missed is asked for.

use std::{collections::BTreeMap, time::Duration};

use sync::{Input, Status, WriteId};

use super::{
    tables::{Note, body, id, note},
    world::World,
};

/// Two live clients; the first holds three notes of the second, and has kept them.
fn with_kept_notes() -> World {
    let mut world = World::live(2);
    for n in 1..=3 {
        world.act(1, |client, now| {
            client
                .engine
                .insert::<Note>(now, note(n, "b", &n.to_string()))
        });
        world.run(1);
    }
    // A comparison of digests has moved the cursor past the notes, and what is kept has followed.
    world.run(1_000);
    world.input(0, Input::Hidden);
    assert!(world.clients[0].rows.is_some());
    world
}

#[test]
fn what_was_kept_is_shown_when_the_server_does_not_answer_and_says_as_of_when() {
    let mut world = with_kept_notes();
    let left = world.time().wall;
    world.up = false;
    world.cut(0);
    world.run(30);
    world.input(0, Input::Hidden);
    world.kill(0);
    let engine = &world.clients[0].engine;
    assert!(!engine.is_loaded(), "the server may answer at any moment");
    world.run_for(Duration::from_millis(800));
    let engine = &world.clients[0].engine;
    assert!(engine.is_loaded());
    let as_of = engine.as_of().unwrap();
    assert!(
        as_of <= left,
        "not when the page was hidden, but when it was live"
    );
    assert_eq!(world.clients[0].bodies(), ["1", "2", "3"]);
    assert_ne!(world.status(0), Status::Live);
    world.up = true;
    world.run(60);
    assert_eq!(world.status(0), Status::Live);
    assert_eq!(world.clients[0].engine.as_of(), None);
}

#[test]
fn without_a_network_what_was_kept_is_shown_at_once() {
    let mut world = with_kept_notes();
    world.kill(0);
    world.online(0, false);
    assert!(world.clients[0].engine.is_loaded());
    assert_eq!(world.clients[0].bodies(), ["1", "2", "3"]);
    // It stays when the network is back and nothing is known yet.
    world.clients[0].hold_requests = true;
    world.online(0, true);
    world.run(5);
    assert!(world.clients[0].engine.is_loaded());
    assert!(world.clients[0].engine.as_of().is_some());
}

#[test]
fn only_what_was_missed_is_asked_for_and_the_rest_is_proven() {
    let mut world = with_kept_notes();
    world.online(0, false);
    world.act(1, |client, now| client.edit(now, id(1), body("edited")));
    world.act(1, |client, now| client.engine.delete::<Note>(now, id(2)));
    world.act(1, |client, now| {
        client.engine.insert::<Note>(now, note(4, "b", "4"))
    });
    world.run(10);
    let asked = world.server.requests.len();
    world.kill(0);
    world.run(10);
    assert_eq!(world.status(0), Status::Live);
    assert_eq!(world.clients[0].bodies(), ["edited", "3", "4"]);
    assert_eq!(world.server.requests[asked..], ["POST /rest/v1/rpc/sync"]);
    assert_eq!(
        world.server.told, 3,
        "the edited row, the new one, and the deletion"
    );
}

#[test]
fn what_was_kept_too_long_ago_is_shown_and_asked_for_anew() {
    let mut world = with_kept_notes();
    world.online(0, false);
    let kept = world.clients[0].rows.clone();
    world.run(25 * 60 * 60);
    world.clients[0].rows = kept;
    world.kill(0);
    world.run(10);
    assert_eq!(world.status(0), Status::Live);
    assert_eq!(world.clients[0].bodies(), ["1", "2", "3"]);
    assert_eq!(world.server.told, 3, "every row");
}

#[test]
fn what_cannot_be_read_or_is_somebody_elses_is_left_alone() {
    let mut world = with_kept_notes();
    let kept = world.clients[0].rows.take().unwrap();
    for other in [
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        kept.replace("\"v\":1", "\"v\":2"),
        kept.replace("\"app\":\"\"", "\"app\":\"newer\""),
        kept.replace("\"user\":\"me\"", "\"user\":\"you\""),
        kept.replacen("\"notes\"", "\"other\"", 1),
        kept.replace("\"body\"", "\"text\""),
    ] {
        world.clients[0].rows = None;
        world.kill(0);
        let now = world.time_of(0);
        assert!(!world.clients[0].engine.remember(now, &other), "{other}");
        world.run_for(Duration::from_secs(1));
        assert!(!world.clients[0].engine.is_loaded(), "{other}");
        world.run(10);
        assert_eq!(world.status(0), Status::Live);
        assert_eq!(world.clients[0].bodies(), ["1", "2", "3"]);
        assert_eq!(world.server.told, 3, "all rows are told: {other}");
    }
}

#[test]
fn rows_are_kept_a_while_after_they_have_changed_and_not_without_need() {
    let mut world = with_kept_notes();
    world.run(120);
    world.clients[0].rows = None;
    world.input(0, Input::Hidden);
    assert_eq!(world.clients[0].rows, None, "it would say the same again");
    world.act(1, |client, now| client.edit(now, id(1), body("edited")));
    world.run(61);
    let kept = world.clients[0].rows.clone().unwrap();
    assert!(kept.contains("edited"));
}

#[test]
fn a_session_that_was_ended_elsewhere_leaves_nothing_on_the_device() {
    let mut world = with_kept_notes();
    world.server.refuse_refresh = true;
    world.run(2 * 60 * 60);
    assert_eq!(world.status(0), Status::SignInAgain);
    assert_eq!(world.clients[0].rows, None);
    world.input(0, Input::Hidden);
    assert_eq!(world.clients[0].rows, None);
}

#[test]
fn a_tab_that_wakes_without_network_keeps_nothing_and_claims_nothing() {
    let mut world = with_kept_notes();
    let kept = world.clients[0].rows.clone();
    world.online(0, false);
    world.sleep(Duration::from_secs(4 * 60 * 60));
    world.input(0, Input::Hidden);
    world.run(120);
    assert_eq!(world.clients[0].rows, kept);
}

/// The first edits a note twice; the second edit has not left when the tab is killed, and what is kept of the
/// rows is from before both.
fn killed_with_an_edit_back_to_what_was_kept() -> (World, BTreeMap<WriteId, String>) {
    let mut world = with_kept_notes();
    let rows = world.clients[0].rows.clone();
    world.act(0, |client, now| client.edit(now, id(1), body("other")));
    world.run(5);
    assert_eq!(world.clients[1].bodies(), ["other", "2", "3"]);
    world.clients[0].hold_requests = true;
    world.act(0, |client, now| client.edit(now, id(1), body("1")));
    let kept = std::mem::take(&mut world.clients[0].kept);
    assert_eq!(kept.len(), 1);
    world.clients[0].rows = rows;
    (world, kept)
}

#[test]
fn an_edit_is_not_judged_by_rows_that_are_older_than_it() {
    for rows_first in [false, true] {
        let (mut world, kept) = killed_with_an_edit_back_to_what_was_kept();
        let rows = world.clients[0].rows.take();
        world.kill(0);
        if rows_first {
            world.remember(0, rows);
            world.restore(0, kept);
        } else {
            world.restore(0, kept);
            world.remember(0, rows);
        }
        world.run(20);
        assert_eq!(world.clients[1].bodies(), ["1", "2", "3"], "{rows_first}");
        assert_eq!(world.clients[0].queue().len(), 0);
    }
}

#[test]
fn a_difference_that_stays_is_not_kept_for_ever() {
    let mut world = with_kept_notes();
    world.server.wrong_digests = true;
    world.run(20 * 60);
    assert_eq!(world.clients[0].rows, None);
}
