//! The saved outbox: killed, restored, seen, settled.

use serde_json::{Map, json};
use sync::{Conflict, Input, Kept, Queued, QueuedState, Standing, Verb, WriteId};

use super::{
    tables::{Note, Seat, body, colour, id, note, seat, seat_key},
    world::World,
};

fn offline(world: &mut World, client: usize) {
    world.input(client, Input::Online(false));
}

fn queue(world: &mut World, client: usize) -> Vec<Queued> {
    let queue = world.clients[client].engine.take_queue();
    queue.expect("the queue has changed")
}

fn conflict(queued: &Queued) -> Conflict {
    let QueuedState::Conflict(conflict) = &queued.state else {
        panic!("no conflict: {queued:?}")
    };
    conflict.clone()
}

fn server_body(world: &World) -> String {
    world.server.rows("notes")[0]["body"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Two people edited the body of one note; the second is told.
fn in_conflict() -> (World, Queued) {
    let mut world = World::live(2);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "text"))
    });
    world.run(1);
    world.act(0, |c, now| c.edit(now, id(1), body("mine")));
    world.act(1, |c, now| c.edit(now, id(1), body("theirs")));
    world.run(2);
    let queued = queue(&mut world, 1).remove(0);
    (world, queued)
}

#[test]
fn what_was_written_offline_survives_a_kill_and_is_stored_once() {
    let mut world = World::live(2);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "before"))
    });
    world.run(1);
    offline(&mut world, 0);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(2, "a", "offline"))
    });
    world.act(0, |c, now| c.edit(now, id(1), body("edited offline")));
    world.act(0, |c, now| c.engine.put::<Seat>(now, seat('a', "going")));
    world.kill(0);
    assert_eq!(
        world.clients[0].note(id(2)).unwrap().1,
        Standing::Pending,
        "shown before anything is loaded"
    );
    world.run(5);
    for client in &world.clients {
        assert_eq!(client.bodies(), ["edited offline", "offline"]);
        assert_eq!(client.seat(seat_key('a')).unwrap().0, "going");
        assert_eq!(client.engine.waiting(), 0);
    }
    assert!(
        world.clients[0].kept.is_empty(),
        "nothing is kept of what is stored"
    );
    world.kill(0);
    world.run(5);
    assert_eq!(world.server.rows("notes").len(), 2);
}

#[test]
fn a_kill_before_the_answer_sends_no_second_copy() {
    let mut world = World::live(2);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "once"))
    });
    // The request is on its way; the app that waits for its answer is no more.
    world.kill(0);
    world.run(5);
    assert_eq!(world.server.rows("notes").len(), 1);
    assert_eq!(world.clients[0].bodies(), ["once"]);
    assert!(world.clients[0].kept.is_empty());
}

#[test]
fn a_restored_edit_of_a_row_that_is_not_held_looks_for_it_first() {
    let mut world = World::live(2);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "text"))
    });
    world.run(1);
    offline(&mut world, 0);
    world.act(0, |c, now| c.edit(now, id(1), body("edited")));
    world.act(1, |c, now| c.engine.delete::<Note>(now, id(1)));
    world.run(1);
    world.kill(0);
    world.run(5);
    let queue = queue(&mut world, 0);
    let QueuedState::Refused(rejection) = &queue[0].state else {
        panic!("{queue:?}")
    };
    assert_eq!(
        (rejection.code.as_str(), &queue[0].columns["body"]),
        ("gone", &json!("edited"))
    );
}

#[test]
fn a_refused_write_survives_a_kill_until_it_is_discarded() {
    let mut world = World::live(1);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "forbidden"))
    });
    world.run(1);
    world.kill(0);
    world.run(5);
    assert!(matches!(
        world.clients[0].note(id(1)).unwrap().1,
        Standing::Failed(_)
    ));
    let refused = queue(&mut world, 0).remove(0);
    assert!(refused.needs_you());
    world.act(0, |c, now| c.engine.discard_write(now, refused.id));
    assert_eq!(world.clients[0].note(id(1)), None);
    assert!(world.clients[0].kept.is_empty());
}

#[test]
fn an_edit_of_a_refused_line_is_part_of_it_when_it_is_sent_again() {
    let mut world = World::live(1);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "forbidden"))
    });
    world.run(1);
    world.act(0, |c, now| c.edit(now, id(1), body("allowed")));
    let refused = queue(&mut world, 0).remove(0);
    assert_eq!(refused.columns["body"], "allowed");
    world.act(0, |c, now| c.engine.retry_write(now, refused.id));
    world.run(1);
    assert_eq!(server_body(&world), "allowed");
    assert_eq!(queue(&mut world, 0), []);
}

#[test]
fn what_a_newer_version_has_kept_stays_kept() {
    let mut world = World::live(1);
    let newer = |text: &str| Kept {
        id: WriteId {
            engine: 9,
            number: 1,
        },
        text: text.to_owned(),
    };
    let now = world.time();
    for text in [
        r#"{"v":2,"table":"notes","place":1}"#,
        r#"{"v":1,"table":"planets","place":1}"#,
        "",
        "{",
    ] {
        let kept = newer(text);
        let unread = world.clients[0].engine.restore(now, vec![kept.clone()]);
        assert_eq!(unread, [kept], "{text}");
    }
    assert_eq!(world.clients[0].engine.waiting(), 0);
}

#[test]
fn a_conflict_shows_both_values_and_my_value_can_win() {
    let (mut world, queued) = in_conflict();
    assert_eq!((queued.verb, queued.needs_you()), (Verb::Update, true));
    let seen = conflict(&queued);
    let mine = Map::from_iter([("body".to_owned(), seen.columns[0].mine.clone())]);
    world.act(1, |c, now| c.engine.settle(now, queued.id, &seen, mine));
    assert_eq!(world.clients[1].bodies(), ["theirs"], "at once");
    world.run(2);
    assert_eq!(server_body(&world), "theirs");
    for client in &world.clients {
        assert_eq!(client.bodies(), ["theirs"]);
    }
    assert_eq!(queue(&mut world, 1), []);
}

#[test]
fn a_conflict_can_be_settled_for_theirs_or_by_a_third_text() {
    let (mut world, queued) = in_conflict();
    let seen = conflict(&queued);
    world.act(1, |c, now| {
        c.engine.settle(now, queued.id, &seen, Map::new())
    });
    world.run(2);
    assert_eq!(
        (server_body(&world).as_str(), queue(&mut world, 1).len()),
        ("mine", 0)
    );

    let (mut world, queued) = in_conflict();
    let seen = conflict(&queued);
    let both = Map::from_iter([("body".to_owned(), json!("mine and theirs"))]);
    world.act(1, |c, now| c.engine.settle(now, queued.id, &seen, both));
    world.run(2);
    assert_eq!(server_body(&world), "mine and theirs");
}

#[test]
fn a_settlement_of_what_is_no_longer_so_is_a_conflict_again() {
    let (mut world, queued) = in_conflict();
    let seen = conflict(&queued);
    world.act(0, |c, now| c.edit(now, id(1), body("newer")));
    world.run(2);
    let told = conflict(&queue(&mut world, 1)[0]);
    assert_eq!(told.columns[0].theirs, "newer", "the open conflict follows");
    let mine = Map::from_iter([("body".to_owned(), json!("theirs"))]);
    world.act(1, |c, now| c.engine.settle(now, queued.id, &seen, mine));
    world.run(2);
    assert_eq!(server_body(&world), "newer");
    let again = conflict(&queue(&mut world, 1)[0]);
    assert_eq!(again.columns[0].mine, "theirs");
}

#[test]
fn a_conflict_survives_a_kill() {
    let (mut world, queued) = in_conflict();
    world.kill(1);
    world.run(5);
    let restored = queue(&mut world, 1).remove(0);
    assert_eq!(restored.id, queued.id);
    assert_eq!(conflict(&restored).columns, conflict(&queued).columns);
}

#[test]
fn a_form_that_was_open_while_someone_else_wrote_does_not_overwrite_it() {
    let mut world = World::live(2);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "text"))
    });
    world.run(1);
    let (seen, _) = world.clients[1].note(id(1)).unwrap();
    world.act(0, |c, now| c.edit(now, id(1), body("first")));
    world.act(0, |c, now| c.edit(now, id(1), colour("red")));
    world.run(1);
    assert_eq!(
        world.clients[1].bodies(),
        ["first"],
        "the form is open over it"
    );
    world.act(1, |c, now| {
        c.engine.update_since::<Note>(now, &seen, body("second"))
    });
    world.run(1);
    assert_eq!(server_body(&world), "first");
    assert_eq!(
        conflict(&queue(&mut world, 1)[0]).columns[0].theirs,
        "first"
    );
    // What the form left as it was says nothing.
    world.act(1, |c, now| {
        c.engine
            .update_since::<Note>(now, &seen, colour(&seen.colour))
    });
    world.run(1);
    assert_eq!(world.server.rows("notes")[0]["colour"], "red");
}

#[test]
fn the_same_new_value_on_both_sides_is_no_conflict() {
    let (mut world, _) = in_conflict();
    world.act(0, |c, now| c.edit(now, id(1), body("agreed")));
    world.act(1, |c, now| c.edit(now, id(1), body("agreed")));
    world.run(2);
    assert_eq!(server_body(&world), "agreed");
    assert_eq!(
        queue(&mut world, 1).len(),
        1,
        "only the older conflict stands"
    );
}

#[test]
fn an_edit_on_top_of_a_refused_one_is_judged_by_what_is_there() {
    let mut world = World::live(1);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "text"))
    });
    world.run(1);
    offline(&mut world, 0);
    world.act(0, |c, now| c.edit(now, id(1), body("forbidden")));
    world.act(0, |c, now| c.edit(now, id(1), body("better")));
    world.input(0, Input::Online(true));
    world.run(5);
    assert_eq!(server_body(&world), "better");
}

#[test]
fn a_look_for_the_row_of_a_restored_edit_that_fails_is_repeated() {
    let mut world = World::live(1);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "text"))
    });
    world.run(1);
    offline(&mut world, 0);
    world.act(0, |c, now| c.edit(now, id(1), body("edited")));
    world.revoke();
    world.kill(0);
    world.run(10);
    assert_eq!(server_body(&world), "edited");
    assert_eq!(queue(&mut world, 0), []);
}
