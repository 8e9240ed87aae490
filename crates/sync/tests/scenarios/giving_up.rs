//! Discarding, deleting and answering anew, whatever is under way.

use serde_json::json;
use sync::{Input, QueuedState, Response};

use super::{
    steps::{html, in_conflict, ms, queue, with_note},
    tables::{Note, NotePatch, Seat, body, colour, id, note, seat, seat_key},
    world::World,
};

#[test]
fn an_edit_on_an_insert_in_flight_that_is_refused() {
    let mut world = World::live(1);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "forbidden"))
    });
    world.act(0, |c, now| c.edit(now, id(1), body("allowed")));
    world.run(2);
    let q = queue(&mut world, 0);
    assert!(
        !q.iter()
            .any(|q| matches!(&q.state, QueuedState::Refused(r) if r.code == "gone")),
        "{q:#?} shown {:?}",
        world.clients[0].bodies()
    );
}

#[test]
fn what_is_typed_into_a_refused_entry_counts_for_more_than_an_older_edit_of_it() {
    let mut world = World::live(1);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "forbidden"))
    });
    world.run(1);
    let both = NotePatch {
        colour: Some("blue".to_owned()),
        ..body("second")
    };
    world.act(0, |c, now| c.edit(now, id(1), both));
    world.run(1);
    world.act(0, |c, now| c.edit(now, id(1), body("third")));
    for queued in queue(&mut world, 0) {
        world.act(0, |c, now| c.engine.retry_write(now, queued.id));
    }
    world.run(5);
    assert_eq!(queue(&mut world, 0), [], "nothing is in the way");
    let row = &world.server.rows("notes")[0];
    assert_eq!(
        (&row["body"], &row["colour"]),
        (&"third".into(), &"blue".into())
    );
}

#[test]
fn a_write_that_rests_can_be_discarded() {
    let mut world = with_note(1);
    world.clients[0].hold_requests = true;
    world.act(0, |c, now| c.edit(now, id(1), body("poison")));
    html(&mut world, 0, 500, "{}");
    let q = queue(&mut world, 0);
    assert_eq!(q[0].state, QueuedState::Waiting);
    world.act(0, |c, now| c.engine.discard_write(now, q[0].id));
    assert_eq!(world.clients[0].engine.waiting(), 0);
}

#[test]
fn discarding_an_insert_in_flight_twice() {
    let mut world = World::live(1);
    world.clients[0].hold_requests = true;
    world.act(0, |c, now| c.engine.insert::<Note>(now, note(1, "a", "x")));
    let first = queue(&mut world, 0)[0].id;
    for _ in 0..3 {
        world.act(0, |c, now| c.engine.discard_write(now, first));
    }
    assert_eq!(queue(&mut world, 0).len(), 2);
}

#[test]
fn a_discarded_insert_that_is_refused_is_gone() {
    let mut world = World::live(1);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "forbidden"))
    });
    let first = queue(&mut world, 0)[0].id;
    world.act(0, |c, now| c.engine.discard_write(now, first));
    world.run(5);
    assert_eq!(queue(&mut world, 0), []);
}

#[test]
fn taking_back_a_deletion_keeps_the_edit_below_it() {
    let mut world = with_note(1);
    world.input(0, Input::Online(false));
    world.act(0, |c, now| c.edit(now, id(1), body("long text")));
    world.act(0, |c, now| c.engine.delete::<Note>(now, id(1)));
    let q = queue(&mut world, 0);
    let delete = q.last().unwrap().id;
    world.act(0, |c, now| c.engine.discard_write(now, delete));
    assert_eq!(world.clients[0].bodies(), ["long text"]);
}

#[test]
fn a_new_put_after_a_kill_wins() {
    let mut world = World::live(1);
    world.input(0, Input::Online(false));
    world.act(0, |c, now| c.engine.put::<Seat>(now, seat('a', "going")));
    world.act(0, |c, now| c.engine.put::<Seat>(now, seat('a', "maybe")));
    world.act(0, |c, now| c.engine.delete::<Seat>(now, seat_key('a')));
    world.act(0, |c, now| c.engine.put::<Seat>(now, seat('a', "declined")));
    world.kill(0);
    world.run(5);
    assert_eq!(world.clients[0].seat(seat_key('a')).unwrap().0, "declined");
    assert_eq!(world.server.rows("seats")[0]["state"], "declined");
}

#[test]
fn a_poisonous_write_does_not_hold_up_others_for_ever() {
    let mut world = with_note(1);
    world.clients[0].hold_requests = true;
    world.act(0, |c, now| c.edit(now, id(1), body("poison")));
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(2, "a", "innocent"))
    });
    for _ in 0..200 {
        html(
            &mut world,
            0,
            500,
            r#"{"code":"XX000","message":"internal"}"#,
        );
        world.run_for(ms(31_000));
    }
    let q = queue(&mut world, 0);
    assert!(world.clients[0].engine.waiting() < 2, "{q:?}");
}

#[test]
fn deleting_a_row_with_an_open_conflict_keeps_the_text_until_the_deletion_is_done() {
    let mut world = in_conflict();
    queue(&mut world, 1);
    world.input(1, Input::Online(false));
    world.act(1, |c, now| c.engine.delete::<Note>(now, id(1)));
    let q = queue(&mut world, 1);
    assert!(
        q.iter()
            .any(|q| q.columns.get("body") == Some(&json!("theirs"))),
        "{q:?}"
    );
}

#[test]
fn an_answer_given_anew_settles_the_one_in_flight() {
    let mut world = World::live(1);
    world.act(0, |c, now| {
        c.engine.put::<Seat>(now, seat('a', "forbidden"))
    });
    world.act(0, |c, now| c.engine.put::<Seat>(now, seat('a', "maybe")));
    world.run(5);
    assert_eq!(world.clients[0].seat(seat_key('a')).unwrap().0, "maybe");
    assert_eq!(queue(&mut world, 0), []);
}

#[test]
fn a_refused_edit_that_is_retried_offline_can_be_discarded() {
    let mut world = with_note(1);
    world.act(0, |c, now| c.edit(now, id(1), body("forbidden")));
    world.run(1);
    let first = queue(&mut world, 0)[0].id;
    world.input(0, Input::Online(false));
    world.act(0, |c, now| c.engine.retry_write(now, first));
    assert_eq!(queue(&mut world, 0)[0].state, QueuedState::Waiting);
    world.act(0, |c, now| c.engine.discard_write(now, first));
    assert_eq!(world.clients[0].engine.waiting(), 0);
}

#[test]
fn a_long_retry_after_can_be_hurried() {
    let mut world = with_note(1);
    world.clients[0].hold_requests = true;
    world.act(0, |c, now| c.edit(now, id(1), body("x")));
    let held = std::mem::take(&mut world.clients[0].held);
    world.input(
        0,
        Input::Response(
            held[0].id,
            Some(Response {
                status: 429,
                body: String::new(),
                retry_after: Some(86_400),
            }),
        ),
    );
    world.clients[0].hold_requests = false;
    world.run(300);
    world.act(0, |c, now| c.engine.reconnect_now(now));
    world.run(60);
    assert_eq!(world.clients[0].engine.waiting(), 0);
}

#[test]
fn folding_into_a_refused_insert_retries() {
    let mut world = World::live(1);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "text"))
    });
    world.act(0, |c, now| c.edit(now, id(1), body("forbidden")));
    world.act(0, |c, now| c.edit(now, id(1), colour("red")));
    world.run(3);
    // A refused edit below one of another column stays, the other goes.
    assert_eq!(queue(&mut world, 0).len(), 1);
    assert_eq!(world.server.rows("notes")[0]["colour"], "red");
    // Discarding and typing.
    let q = queue(&mut world, 0);
    assert!(q.is_empty());
}
