//! Refusals, conflicts, and taking back what has not left yet.

use sync::{Input, QueuedState, Standing};

use super::{
    tables::{Note, Seat, body, colour, id, note, seat, seat_key},
    world::World,
};

fn with_note() -> World {
    let mut world = World::live(2);
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "text"))
    });
    world.run(1);
    world
}

#[test]
fn a_refused_insert_stays_visible_until_it_is_discarded() {
    let mut world = World::live(1);
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "forbidden"))
    });
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(2, "a", "fine"))
    });
    world.run(1);
    let Standing::Failed(rejection) = world.clients[0].note(id(1)).unwrap().1 else {
        panic!("refused")
    };
    assert_eq!(rejection.constraint.as_deref(), Some("notes_body_length"));
    assert_eq!(
        world.server.rows("notes").len(),
        1,
        "what comes after it is not held up"
    );
    world.act(0, |client, now| client.engine.retry::<Note>(now, id(1)));
    assert_eq!(world.clients[0].note(id(1)).unwrap().1, Standing::Pending);
    world.run(1);
    assert!(matches!(
        world.clients[0].note(id(1)).unwrap().1,
        Standing::Failed(_)
    ));
    world.act(0, |client, now| client.engine.discard::<Note>(now, id(1)));
    assert_eq!(world.clients[0].note(id(1)), None);
}

#[test]
fn a_refused_update_rolls_back_and_keeps_what_was_typed() {
    let mut world = with_note();
    world.act(0, |client, now| client.edit(now, id(1), body("forbidden")));
    assert_eq!(world.clients[0].bodies(), ["forbidden"]);
    world.run(1);
    assert_eq!(world.clients[0].bodies(), ["text"]);
    let queue = world.clients[0].engine.take_queue().unwrap();
    assert_eq!(queue.len(), 1);
    assert_eq!(queue[0].columns["body"], "forbidden");
    let QueuedState::Refused(rejection) = &queue[0].state else {
        panic!("refused")
    };
    assert_eq!(rejection.constraint.as_deref(), Some("notes_body_length"));
}

#[test]
fn edits_of_different_fields_merge_by_themselves() {
    let mut world = with_note();
    world.act(0, |client, now| client.edit(now, id(1), body("new text")));
    world.act(1, |client, now| client.edit(now, id(1), colour("red")));
    world.run(2);
    for client in &mut world.clients {
        let note = client.note(id(1)).unwrap();
        assert_eq!(
            (note.0.body.as_str(), note.0.colour.as_str()),
            ("new text", "red")
        );
        assert_eq!(note.1, Standing::Confirmed);
        assert_eq!(client.engine.take_queue(), Some(Vec::new()));
    }
}

#[test]
fn edits_of_the_same_field_do_not_overwrite_each_other() {
    let mut world = with_note();
    world.act(0, |client, now| client.edit(now, id(1), body("mine")));
    world.act(1, |client, now| client.edit(now, id(1), body("theirs")));
    world.run(2);
    let server = world.server.rows("notes")[0]["body"].clone();
    assert_eq!(server, "mine", "the first one stays");
    let queue = world.clients[1].engine.take_queue().unwrap();
    let QueuedState::Conflict(conflict) = &queue[0].state else {
        panic!("a conflict")
    };
    let column = &conflict.columns[0];
    assert_eq!(
        (&column.before, &column.mine, &column.theirs),
        (&"text".into(), &"theirs".into(), &"mine".into())
    );
    for client in &world.clients {
        assert_eq!(client.bodies(), ["mine"]);
    }
}

#[test]
fn an_edit_whose_answer_is_lost_is_no_conflict_with_itself() {
    let mut world = with_note();
    world.clients[0].lose_next_answer = true;
    world.act(0, |client, now| client.edit(now, id(1), body("edited")));
    world.run(10);
    assert_eq!(world.clients[0].engine.take_queue(), Some(Vec::new()));
    assert_eq!(world.clients[0].note(id(1)).unwrap().1, Standing::Confirmed);
    assert_eq!(world.server.rows("notes")[0]["body"], "edited");
}

#[test]
fn an_edit_whose_answer_is_lost_does_not_undo_what_came_after_it() {
    let mut world = with_note();
    world.clients[0].lose_next_answer = true;
    world.act(0, |client, now| client.edit(now, id(1), body("edited")));
    world.run_for(std::time::Duration::from_millis(30));
    world.input(0, Input::Online(false));
    world.run(1);
    assert_eq!(world.clients[1].bodies(), ["edited"]);
    world.act(1, |client, now| client.edit(now, id(1), body("text")));
    world.run(1);
    world.kill(0);
    world.run(5);
    assert_eq!(
        world.server.rows("notes")[0]["body"],
        "text",
        "it took effect once, before"
    );
    for client in &world.clients {
        assert_eq!(client.bodies(), ["text"]);
        assert_eq!(client.engine.waiting(), 0);
    }
}

#[test]
fn an_edit_of_a_row_that_was_deleted_says_so() {
    let mut world = with_note();
    world.act(1, |client, now| client.engine.delete::<Note>(now, id(1)));
    world.act(0, |client, now| client.edit(now, id(1), body("too late")));
    world.run(2);
    assert_eq!(world.clients[0].note(id(1)), None);
    let queue = world.clients[0].engine.take_queue().unwrap();
    let QueuedState::Refused(rejection) = &queue[0].state else {
        panic!("refused")
    };
    assert_eq!(rejection.code, "gone");
    assert_eq!(queue[0].columns["body"], "too late");
}

#[test]
fn what_has_not_left_yet_is_taken_back_without_a_request() {
    let mut world = World::live(1);
    let before = world.server.requests.len();
    world.input(0, Input::Online(false));
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "draft"))
    });
    world.act(0, |client, now| client.engine.delete::<Note>(now, id(1)));
    assert_eq!(
        (
            world.clients[0].bodies().len(),
            world.clients[0].engine.waiting()
        ),
        (0, 0)
    );
    for state in ["going", "maybe", "going"] {
        world.act(0, |client, now| {
            client.engine.put::<Seat>(now, seat('a', state))
        });
    }
    assert_eq!(
        world.clients[0].engine.waiting(),
        1,
        "only the last answer waits"
    );
    world.input(0, Input::Online(true));
    world.run(5);
    assert_eq!(
        world.clients[0].seat(seat_key('a')),
        Some(("going".into(), Standing::Confirmed))
    );
    let writes: Vec<_> = world.server.requests[before..]
        .iter()
        .filter(|r| !r.contains("rpc"))
        .collect();
    assert_eq!(writes.len(), 1, "{writes:?}");
}

#[test]
fn a_deletion_right_after_sending_wins() {
    let mut world = World::live(2);
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "oops"))
    });
    world.act(0, |client, now| client.engine.delete::<Note>(now, id(1)));
    assert_eq!(world.clients[0].bodies().len(), 0);
    world.run(2);
    assert_eq!(world.server.rows("notes").len(), 0);
    for client in &world.clients {
        assert_eq!(client.bodies().len(), 0);
        assert_eq!(client.engine.waiting(), 0);
    }
}

#[test]
fn a_column_that_an_insert_does_not_have_is_updated_once_the_row_is_there() {
    let mut world = World::live(1);
    world.input(0, Input::Online(false));
    world.act(0, |c, now| c.engine.insert::<Note>(now, note(1, "a", "x")));
    world.act(0, |c, now| c.edit(now, id(1), colour("red")));
    assert_eq!(world.clients[0].note(id(1)).unwrap().0.colour, "red");
    world.input(0, Input::Online(true));
    world.run(5);
    assert_eq!(world.server.rows("notes")[0]["colour"], "red");
}
