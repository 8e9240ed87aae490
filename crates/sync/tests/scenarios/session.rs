//! Tokens are renewed in time, one at a time; an ended session says so and loses nothing.

use std::time::Duration;

use sync::{Input, Standing, Status};

use super::{
    tables::{Note, id, note},
    world::World,
};

#[test]
fn the_token_is_renewed_before_it_expires() {
    let mut world = World::live(1);
    world.run(3600);
    assert_eq!(world.server.grants, 1);
    assert_eq!(world.status(0), Status::Live);
    world.act(0, |client, now| {
        client
            .engine
            .insert::<Note>(now, note(1, "a", "still here"))
    });
    world.run(1);
    assert_eq!(world.clients[0].note(id(1)).unwrap().1, Standing::Confirmed);
}

#[test]
fn after_a_night_asleep_the_token_comes_first() {
    let mut world = World::live(1);
    world.sleep(Duration::from_secs(8 * 3600));
    world.revoke();
    world.cut(0);
    world.input(0, Input::Woke);
    world.run(10);
    assert_eq!(world.server.grants, 1, "one refresh, whatever asked for it");
    assert_eq!(world.status(0), Status::Live);
}

#[test]
fn joining_anew_misses_nothing() {
    let mut world = World::live(2);
    world.act(0, |client, now| client.engine.rejoin(now));
    world.act(1, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "meanwhile"))
    });
    world.run(10);
    assert_eq!(world.status(0), Status::Live);
    assert_eq!(world.clients[0].bodies(), ["meanwhile"]);
}

#[test]
fn a_write_that_is_refused_for_its_token_goes_again_with_the_next() {
    let mut world = World::live(1);
    world.revoke();
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "patience"))
    });
    world.run(10);
    assert_eq!(world.server.rows("notes").len(), 1);
    assert_eq!(world.server.grants, 1);
}

#[test]
fn a_refused_refresh_ends_the_session_and_keeps_rows_and_writes() {
    let mut world = World::live(1);
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "old"))
    });
    world.run(1);
    world.server.refuse_refresh = true;
    world.revoke();
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(2, "a", "unsent"))
    });
    world.run(30);
    assert_eq!(world.status(0), Status::SignInAgain);
    assert_eq!(world.clients[0].bodies(), ["old", "unsent"]);
    assert_eq!(world.clients[0].engine.waiting(), 1);
}
