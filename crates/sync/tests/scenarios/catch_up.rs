//! After every possible gap, rows are as the server has them, at the cost of what changed.

use std::time::Duration;

use sync::{Input, Standing, Status};

use super::{
    tables::{Note, Seat, body, id, note, seat, seat_key},
    world::World,
};

fn same_rows(world: &World) {
    let server: Vec<_> = world
        .server
        .rows("notes")
        .into_iter()
        .map(|row| row["id"].clone())
        .collect();
    for client in &world.clients {
        assert_eq!(client.engine.keys::<Note>().count(), server.len());
        for row in world.server.rows("notes") {
            let key = id(row["id"]
                .as_str()
                .unwrap()
                .parse::<uuid::Uuid>()
                .unwrap()
                .as_u128());
            assert_eq!(client.has_rev::<Note>(key), row["rev"].as_i64());
        }
    }
}

#[test]
fn what_was_missed_while_away_is_there_after_reconnecting() {
    let mut world = World::live(2);
    for n in 0..3 {
        world.act(1, |client, now| {
            client
                .engine
                .insert::<Note>(now, note(n, "b", &n.to_string()))
        });
        world.run(1);
    }
    world.crash();
    world.run(2);
    assert!(matches!(world.status(0), Status::Reconnecting { .. }));
    assert_eq!(
        world.clients[0].bodies(),
        ["0", "1", "2"],
        "the old stays on screen"
    );
    world.up = true;
    // Client 1 is back first and changes things before client 0 listens.
    world.input(1, Input::Woke);
    world.run(2);
    world.cut(0);
    world.act(1, |client, now| client.engine.delete::<Note>(now, id(0)));
    world.act(1, |client, now| client.edit(now, id(1), body("one")));
    world.act(1, |client, now| {
        client.engine.insert::<Note>(now, note(9, "b", "9"))
    });
    world.run(60);
    assert_eq!(world.clients[0].bodies(), ["one", "2", "9"]);
    same_rows(&world);
}

#[test]
fn a_half_open_connection_is_noticed_within_twelve_seconds() {
    let mut world = World::live(2);
    world.clients[0].half_open = true;
    world.act(1, |client, now| {
        client.engine.insert::<Note>(now, note(1, "b", "unheard"))
    });
    let quiet = (0..120).find(|_| {
        world.run_for(Duration::from_millis(100));
        world.status(0) != Status::Live
    });
    assert!(
        quiet.is_some(),
        "still Live after twelve seconds of silence"
    );
    world.run(10);
    assert_eq!(world.status(0), Status::Live);
    assert_eq!(world.clients[0].bodies(), ["unheard"]);
}

#[test]
fn waking_from_sleep_catches_up_before_it_says_live() {
    let mut world = World::live(2);
    world.clients[0].half_open = true;
    world.act(1, |client, now| {
        client.engine.insert::<Note>(now, note(1, "b", "at night"))
    });
    world.run_for(Duration::from_millis(100));
    world.clients[0].half_open = false;
    world.sleep(Duration::from_secs(600));
    world.input(0, Input::Woke);
    assert_eq!(world.status(0), Status::CatchingUp);
    world.run(5);
    assert_eq!(world.status(0), Status::Live);
    assert_eq!(world.clients[0].bodies(), ["at night"]);
}

#[test]
fn a_row_made_again_after_its_deletion_survives_the_late_echo_of_the_deletion() {
    let mut world = World::live(2);
    world.act(0, |client, now| {
        client.engine.put::<Seat>(now, seat('a', "going"))
    });
    world.run(1);
    world.act(0, |client, now| {
        client.engine.delete::<Seat>(now, seat_key('a'))
    });
    world.act(0, |client, now| {
        client.engine.put::<Seat>(now, seat('a', "maybe"))
    });
    world.run(5);
    for client in &world.clients {
        assert_eq!(client.seat(seat_key('a')).unwrap().0, "maybe");
    }
    world.act(0, |client, now| {
        client.engine.delete::<Seat>(now, seat_key('a'))
    });
    world.run(5);
    for client in &world.clients {
        assert_eq!(client.seat(seat_key('a')), None);
    }
}

#[test]
fn a_row_that_is_deleted_while_it_is_fetched_does_not_come_back() {
    let mut world = World::live(1);
    world.cut_down(1);
    world.clients[0].hold_answers = true;
    world.seat_by_hand("a", Some("going"));
    // The server has answered what the row says, and then the row goes.
    world.run_for(Duration::from_millis(50));
    world.seat_by_hand("a", None);
    world.run_for(Duration::from_millis(50));
    world.release_answers(0);
    world.run(1);
    assert_eq!(world.clients[0].seat(seat_key('a')), None);
    world.seat_by_hand("a", Some("maybe"));
    world.run(1);
    let seat = world.clients[0].seat(seat_key('a'));
    assert_eq!(seat, Some(("maybe".to_owned(), Standing::Confirmed)));
}

#[test]
fn an_older_version_never_replaces_a_newer_one() {
    let mut world = World::live(1);
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "first"))
    });
    world.run_for(Duration::from_millis(50));
    let mut seen = Vec::new();
    world.act(0, |client, now| client.edit(now, id(1), body("second")));
    for _ in 0..200 {
        world.run_for(Duration::from_millis(1));
        seen.push(world.clients[0].bodies().concat());
    }
    assert!(
        seen.iter().all(|body| body == "second"),
        "no step back: {seen:?}"
    );
}

#[test]
fn the_network_of_the_device_decides_between_offline_and_reconnecting() {
    let mut world = World::live(1);
    world.input(0, Input::Online(false));
    assert!(matches!(
        world.status(0),
        Status::Offline { waiting: 0, .. }
    ));
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "later"))
    });
    world.run(300);
    assert!(matches!(
        world.status(0),
        Status::Offline { waiting: 1, .. }
    ));
    assert_eq!(world.server.rows("notes").len(), 0);
    world.input(0, Input::Online(true));
    world.run(5);
    assert_eq!(world.status(0), Status::Live);
    assert_eq!(world.server.rows("notes").len(), 1);
}
