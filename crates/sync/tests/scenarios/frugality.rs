//! What an evening costs in requests, next to the two usual ways of doing it.

use std::time::Duration;

use sync::Status;

use super::{
    tables::{Note, Seat, body, id, note, seat},
    world::World,
};

const PEOPLE: usize = 5;
const ACTIONS: usize = 100;
const MINUTES: u64 = 10;
/// Tables of the app; each way below reads them all.
const TABLES: usize = 5;

/// Five people, ten minutes, a hundred actions of every kind, evenly spread.
fn evening() -> World {
    let mut world = World::live(PEOPLE);
    let pause = Duration::from_secs(MINUTES * 60) / u32::try_from(ACTIONS).unwrap();
    for action in 0..ACTIONS {
        let person = action % PEOPLE;
        let fresh = action as u128;
        let letter = ['a', 'b', 'c', 'd', 'e'][person];
        world.act(person, |client, now| match action / PEOPLE % 4 {
            0 | 1 => client.engine.insert::<Note>(now, note(fresh, "a", "said")),
            2 => client.edit(now, id(fresh - 5), body(&format!("edited {action}"))),
            _ => client.engine.put::<Seat>(
                now,
                seat(letter, if action % 8 < 4 { "going" } else { "maybe" }),
            ),
        });
        world.run_for(pause);
    }
    world
}

#[test]
fn an_evening_takes_a_fraction_of_the_requests_that_reloading_or_polling_takes() {
    let world = evening();
    let is_read = |request: &&String| request.starts_with("GET") || request.contains("/rpc/sync");
    let reads = world.server.requests.iter().filter(is_read).count();
    let writes = world.server.requests.len() - reads;
    let reloading = ACTIONS * TABLES;
    let polling = PEOPLE * TABLES * usize::try_from(MINUTES * 60 / 5).unwrap();
    println!(
        "reads: {reads}; reloading after each action: {reloading}; polling every 5 s: {polling}; writes: {writes}"
    );
    assert_eq!(writes, ACTIONS, "one request for each write");
    assert!(reads * 100 <= reloading * 3, "{reads} of {reloading}");
    assert!(reads * 100 <= polling, "{reads} of {polling}");
    for person in 0..PEOPLE {
        assert_eq!(world.status(person), Status::Live);
        assert_eq!(world.clients[person].bodies(), world.clients[0].bodies());
    }
}

#[test]
fn the_first_load_is_one_request() {
    let world = World::live(1);
    assert_eq!(world.server.requests, ["POST /rest/v1/rpc/sync"]);
}
