//! Older rows come by page and then live like the others; below them nothing is shown.

use std::time::Duration;

use sync::{Changes, History, Input, LARGEST_PAGE, PAGE};

use super::{
    tables::{Note, body, id, note},
    world::World,
};

/// `count` notes of client 1; client 0 starts when all but the newest ten are out of scope.
fn long_log(count: u128) -> World {
    let mut world = World::live(2);
    for n in 0..count {
        world.act(1, |client, now| {
            client
                .engine
                .insert::<Note>(now, note(n, "b", &n.to_string()))
        });
    }
    world.run(30);
    world.server.window = Some(10);
    world.clients[0].rows = None;
    world.kill(0);
    world.run(5);
    world
}

fn shown(world: &World) -> Vec<u32> {
    let bodies = world.clients[0].bodies();
    bodies.iter().map(|body| body.parse().unwrap()).collect()
}

fn older(world: &mut World) {
    world.act(0, |client, now| client.engine.older::<Note>(now, &(), PAGE));
}

fn history(world: &World) -> History {
    world.clients[0].engine.history::<Note>(&())
}

#[test]
fn pages_continue_the_list_without_skipping_or_repeating() {
    let mut world = long_log(100);
    assert_eq!(shown(&world), (90..100).collect::<Vec<_>>());
    assert_eq!(history(&world), History::More);
    older(&mut world);
    assert_eq!(history(&world), History::Loading);
    older(&mut world);
    world.run(1);
    assert_eq!(shown(&world), (40..100).collect::<Vec<_>>());
    assert_eq!(history(&world), History::More);
    // What comes and goes meanwhile moves nothing.
    world.act(1, |client, now| client.engine.delete::<Note>(now, id(40)));
    world.act(1, |client, now| client.engine.delete::<Note>(now, id(39)));
    world.act(1, |client, now| {
        client.engine.insert::<Note>(now, note(100, "b", "100"))
    });
    world.run(1);
    older(&mut world);
    world.run(1);
    let expected: Vec<_> = (0..39).chain(41..101).collect();
    assert_eq!(shown(&world), expected);
    assert_eq!(history(&world), History::Complete);
    let pages = world.server.requests.iter();
    let pages = pages.filter(|path| path.contains("limit=50"));
    assert_eq!(pages.count(), 2, "one request for one page");
}

#[test]
fn a_large_page_that_the_server_cuts_is_not_taken_for_the_last() {
    let mut world = long_log(400);
    let mut asked = 0;
    while history(&world) != History::Complete {
        world.act(0, |client, now| {
            client.engine.older::<Note>(now, &(), LARGEST_PAGE);
        });
        world.run(1);
        asked += 1;
    }
    assert_eq!(shown(&world), (0..400).collect::<Vec<_>>());
    assert_eq!(asked, 4, "150, 150, 90 and none");
}

#[test]
fn a_list_has_no_islands_and_old_pages_live() {
    let mut world = long_log(100);
    world.act(1, |client, now| client.edit(now, id(5), body("5000")));
    world.run(1);
    assert_eq!(shown(&world).len(), 10, "an unknown old row stays out");
    older(&mut world);
    world.run(1);
    world.act(1, |client, now| client.edit(now, id(50), body("5050")));
    world.run(1);
    assert!(shown(&world).contains(&5050), "by the stream");
    world.cut(0);
    world.act(1, |client, now| client.edit(now, id(51), body("5051")));
    world.act(1, |client, now| client.engine.delete::<Note>(now, id(52)));
    world.run(10);
    assert!(shown(&world).contains(&5051), "and by the catch-up");
    assert!(!shown(&world).contains(&52));
}

#[test]
fn an_old_row_that_was_edited_goes_once_the_edit_is_done() {
    let mut world = long_log(100);
    older(&mut world);
    world.run(5);
    world.clients[0].hold_requests = true;
    world.act(0, |client, now| client.edit(now, id(50), body("5050")));
    // The next life begins with the newest rows, and with the edit.
    world.kill(0);
    world.run(5);
    let stored = world.clients[1].note(id(50)).map(|(note, _)| note.body);
    assert_eq!(stored.as_deref(), Some("5050"));
    assert_eq!(shown(&world), (90..100).collect::<Vec<_>>());
    older(&mut world);
    world.run(1);
    assert!(shown(&world).contains(&5050), "it comes with its page");
}

#[test]
fn an_old_row_whose_edit_is_done_during_the_first_load_does_not_stay() {
    for millis in (1_400..1_700).step_by(10) {
        let mut world = long_log(30);
        older(&mut world);
        world.run(5);
        world.clients[0].hold_requests = true;
        world.act(0, |client, now| client.edit(now, id(5), body("5005")));
        world.clients[0].rows = None;
        world.slow(Duration::ZERO, Duration::from_millis(millis));
        world.kill(0);
        world.run(5);
        let stored = world.clients[1].note(id(5)).map(|(note, _)| note.body);
        assert_eq!(stored.as_deref(), Some("5005"));
        let expected: Vec<_> = (20..30).collect();
        assert_eq!(shown(&world), expected, "done after {millis} ms");
    }
}

#[test]
fn rows_of_one_moment_that_a_page_divides_are_no_islands() {
    let mut world = World::live(2);
    for n in 0..90 {
        let age = Duration::from_secs(if n < 80 { 60 } else { 100 - n });
        world.archive(id(n.into()), "b", &n.to_string(), age);
    }
    world.server.window = Some(10);
    world.clients[0].rows = None;
    world.kill(0);
    world.run(5);
    older(&mut world);
    world.run(1);
    assert_eq!(shown(&world), (30..90).collect::<Vec<_>>());
    for old in [5, 31] {
        world.note_by_hand(id(old), Some(&(5_000 + old).to_string()));
    }
    world.run(1);
    assert!(shown(&world).contains(&5031), "part of the page");
    assert_eq!(shown(&world).len(), 60, "note 5 is of the next page");
    older(&mut world);
    world.run(1);
    assert_eq!(shown(&world).len(), 90);
    assert!(shown(&world).contains(&5005));
}

#[test]
fn an_edit_that_overtakes_its_page_is_not_lost() {
    let mut world = long_log(100);
    older(&mut world);
    // The server answers the page, then the edit; the edit arrives while the page is on its way.
    world.clients[0].hold_answers = true;
    world.run_for(Duration::from_millis(25));
    world.act(1, |client, now| client.edit(now, id(60), body("6060")));
    world.act(1, |client, now| client.engine.delete::<Note>(now, id(61)));
    world.run(1);
    assert_eq!(shown(&world).len(), 10);
    world.release_answers(0);
    world.run(1);
    assert!(shown(&world).contains(&6060), "{:?}", shown(&world));
    assert!(!shown(&world).contains(&61));
}

#[test]
fn a_page_that_does_not_arrive_can_be_asked_for_again() {
    let mut world = long_log(30);
    let _ = world.clients[0].engine.changes::<Note>();
    world.up = false;
    older(&mut world);
    world.run(1);
    let Changes { history: told, .. } = world.clients[0].engine.changes::<Note>();
    assert_eq!(told, [((), History::Failed)]);
    world.up = true;
    older(&mut world);
    world.run(1);
    assert_eq!(shown(&world), (0..30).collect::<Vec<_>>());
    assert_eq!(history(&world), History::Complete);
}

#[test]
fn starting_over_drops_what_lies_below_the_floor() {
    let mut world = long_log(100);
    older(&mut world);
    world.run(1);
    assert_eq!(shown(&world).len(), 60);
    world.server.forgotten = true;
    world.cut(0);
    world.run(5);
    world.server.forgotten = false;
    assert_eq!(shown(&world), (90..100).collect::<Vec<_>>());
    assert_eq!(history(&world), History::More);
    older(&mut world);
    world.run(1);
    assert_eq!(shown(&world).len(), 60);
}

#[test]
fn pages_are_not_asked_for_when_all_rows_are_in_scope() {
    let mut world = World::live(1);
    assert_eq!(history(&world), History::Complete);
    older(&mut world);
    world.input(0, Input::Woke);
    world.run(1);
    assert!(
        !world
            .server
            .requests
            .iter()
            .any(|path| path.contains("limit"))
    );
}
