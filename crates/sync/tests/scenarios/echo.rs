//! From typed to confirmed to echoed: one row, one key, one place.

use std::time::Duration;

use sync::Standing;

use super::{
    tables::{Note, id, note},
    world::World,
};

#[test]
fn a_line_shows_at_once_and_is_confirmed_in_its_place() {
    let mut world = World::live(2);
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "hello"))
    });
    assert_eq!(world.clients[0].note(id(1)).unwrap().1, Standing::Pending);
    let _ = world.clients[0].engine.changes::<Note>();
    world.run(1);
    assert_eq!(world.clients[0].note(id(1)).unwrap().1, Standing::Confirmed);
    assert_eq!(world.clients[1].note(id(1)).unwrap().0.body, "hello");
    let changes = world.clients[0].engine.changes::<Note>();
    assert_eq!(
        changes.rows.len(),
        1,
        "one row changed, whatever came back how often"
    );
}

#[test]
fn a_change_is_heard_when_the_server_sends_it_and_not_when_one_makes_it() {
    let mut world = World::live(2);
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "hello"))
    });
    assert_eq!(world.clients[0].engine.heard(), None);
    world.run(1);
    let now = world.time().wall;
    for client in &world.clients {
        assert!(client.engine.heard().is_some_and(|heard| heard <= now));
    }
}

#[test]
fn nothing_flickers_between_answer_and_echo() {
    let mut world = World::live(1);
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "hello"))
    });
    for _ in 0..100 {
        world.run_for(Duration::from_millis(1));
        assert_eq!(world.clients[0].bodies(), ["hello"]);
    }
    let _ = world.clients[0].engine.changes::<Note>();
    world.run(1);
    assert!(
        world.clients[0].engine.changes::<Note>().is_empty(),
        "the echo is no news"
    );
}

#[test]
fn a_row_that_an_answer_lacks_and_its_echo_brings_back_is_no_news() {
    let mut world = World::new(1);
    // The first load is lost, and a row is written before the next.
    world.clients[0].lose_next_request = true;
    world.run(3);
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "hello"))
    });
    world.run(1);
    assert_eq!(world.clients[0].note(id(1)).unwrap().1, Standing::Confirmed);
    let _ = world.clients[0].engine.changes::<Note>();
    let hidden = world.server.rows("notes").into_iter();
    let hidden = hidden.map(|row| serde_json::json!({"id": row["id"]}).to_string());
    world.server.hidden = hidden.collect();
    while !world
        .server
        .requests
        .iter()
        .any(|path| path.ends_with("rpc/sync"))
    {
        world.run_for(Duration::from_millis(1));
    }
    world.server.hidden.clear();
    world.run(1);
    assert_eq!(world.clients[0].bodies(), ["hello"]);
    let changes = world.clients[0].engine.changes::<Note>();
    assert_eq!((changes.rows, changes.lists), (Vec::new(), Vec::new()));
}

#[test]
fn a_write_whose_answer_is_lost_is_stored_once() {
    let mut world = World::live(2);
    world.clients[0].lose_next_answer = true;
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "once"))
    });
    world.run(10);
    assert_eq!(world.server.rows("notes").len(), 1);
    assert_eq!(world.clients[0].note(id(1)).unwrap().1, Standing::Confirmed);
    assert_eq!(world.clients[0].engine.waiting(), 0);
}

#[test]
fn one_write_is_one_request() {
    let mut world = World::live(2);
    let before = world.server.requests.len();
    for n in 0..10 {
        world.act(0, |client, now| {
            client.engine.insert::<Note>(now, note(n, "a", "x"))
        });
    }
    world.run(10);
    assert_eq!(world.server.requests.len() - before, 10);
    assert_eq!(world.clients[1].bodies().len(), 10);
}
