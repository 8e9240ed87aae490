//! Conflicts that survive, follow the row, dissolve, and are settled once.

use serde_json::{Map, json};
use sync::{Input, QueuedState};

use super::{
    steps::{in_conflict, queue, with_note},
    tables::{Note, body, id, note},
};

#[test]
fn a_conflict_on_an_old_row_survives_a_kill() {
    let mut world = in_conflict();
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(2, "a", "newer"))
    });
    world.run(1);
    world.server.window = Some(1);
    world.kill(1);
    world.run(10);
    let q = queue(&mut world, 1);
    assert!(
        matches!(q[0].state, QueuedState::Conflict(_)),
        "{:?}",
        q[0].state
    );
}

#[test]
fn a_restored_conflict_is_not_called_deleted_before_loading() {
    let mut world = in_conflict();
    world.kill(1);
    let q = queue(&mut world, 1);
    assert!(
        !matches!(&q[0].state, QueuedState::Refused(r) if r.code == "gone"),
        "{:?}",
        q[0].state
    );
}

#[test]
fn a_second_settlement_while_the_first_is_sent() {
    let mut world = in_conflict();
    let q = queue(&mut world, 1);
    let QueuedState::Conflict(seen) = q[0].state.clone() else {
        panic!()
    };
    let one = Map::from_iter([("body".to_owned(), json!("one"))]);
    let two = Map::from_iter([("body".to_owned(), json!("two"))]);
    world.act(1, |c, now| c.engine.settle(now, q[0].id, &seen, one));
    world.act(1, |c, now| c.engine.settle(now, q[0].id, &seen, two));
    assert_eq!(world.clients[1].engine.waiting(), 1, "one write");
    world.run(5);
    println!(
        "{:?} {:?}",
        world.server.rows("notes")[0]["body"],
        queue(&mut world, 1)
    );
}

#[test]
fn a_conflict_that_dissolved_needs_nobody() {
    let mut world = in_conflict();
    queue(&mut world, 1);
    world.act(0, |c, now| c.edit(now, id(1), body("text")));
    world.run(3);
    let q = queue(&mut world, 1);
    assert!(q.iter().all(|q| !q.needs_you()), "{:?}", q);
}

#[test]
fn two_stacked_conflicts_settled_from_the_top() {
    let mut world = with_note(2);
    world.input(1, Input::Online(false));
    world.act(1, |c, now| c.edit(now, id(1), body("one")));
    world.act(1, |c, now| c.edit(now, id(1), body("two")));
    world.act(0, |c, now| c.edit(now, id(1), body("theirs")));
    world.run(1);
    world.input(1, Input::Online(true));
    world.run(5);
    let q = queue(&mut world, 1);
    assert_eq!(q.len(), 1, "one question, not two: {}", q.len());
}
