//! What a network does to requests: answers that are lost, late, or nobody's.

use serde_json::{Map, json};
use sync::{Input, QueuedState, Standing};

use super::{
    steps::{html, in_conflict, ms, queue, with_note},
    tables::{Note, Seat, body, colour, id, note},
    world::World,
};

#[test]
fn a_lost_look_is_not_taken_for_deleted() {
    let mut world = with_note(1);
    world.input(0, Input::Online(false));
    world.act(0, |c, now| c.edit(now, id(1), body("edited offline")));
    world.kill(0);
    world.up = false;
    world.run_for(ms(30));
    world.up = true;
    world.run(10);
    assert_eq!(queue(&mut world, 0), []);
    assert_eq!(world.server.rows("notes")[0]["body"], "edited offline");
}

#[test]
fn a_lost_look_after_a_miss_is_not_a_refusal() {
    let mut world = with_note(2);
    world.clients[0].half_open = true;
    world.act(1, |c, now| c.edit(now, id(1), colour("red")));
    world.run_for(ms(100));
    world.act(0, |c, now| c.edit(now, id(1), body("mine")));
    world.run_for(ms(45));
    world.up = false;
    world.run_for(ms(30));
    world.up = true;
    world.run_for(ms(600));
    assert_eq!(queue(&mut world, 0), []);
    assert_eq!(world.server.rows("notes")[0]["body"], "mine");
}

#[test]
fn a_lost_look_after_a_vain_delete() {
    let mut world = with_note(2);
    world.clients[0].half_open = true;
    world.act(1, |c, now| c.engine.delete::<Note>(now, id(1)));
    world.run_for(ms(100));
    world.act(0, |c, now| c.engine.delete::<Note>(now, id(1)));
    world.run_for(ms(45));
    world.up = false;
    world.run_for(ms(30));
    world.up = true;
    world.run_for(ms(600));
    assert_eq!(queue(&mut world, 0), []);
}

#[test]
fn discarding_during_a_look_does_not_swallow_the_next_write() {
    let mut world = World::live(1);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "one"))
    });
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(2, "a", "two"))
    });
    world.run(1);
    world.input(0, Input::Online(false));
    world.act(0, |c, now| c.edit(now, id(1), body("edited")));
    world.act(0, |c, now| c.engine.delete::<Note>(now, id(2)));
    world.kill(0);
    let first = queue(&mut world, 0)[0].id;
    world.act(0, |c, now| c.engine.discard_write(now, first));
    world.run(10);
    assert_eq!(queue(&mut world, 0), []);
    let rows: Vec<_> = world
        .server
        .rows("notes")
        .iter()
        .map(|r| r["body"].clone())
        .collect();
    assert_eq!(rows, ["one"], "note 2 was to be deleted");
}

#[test]
fn unreadable_200_is_not_a_hot_loop() {
    let mut world = World::live(1);
    world.clients[0].hold_requests = true;
    world.act(0, |c, now| c.engine.insert::<Note>(now, note(1, "a", "x")));
    let mut sent = 0;
    for _ in 0..50 {
        sent += html(&mut world, 0, 200, "<html>sign in to the wifi</html>");
    }
    assert!(sent < 5, "{sent} requests without any time passing");
}

#[test]
fn unreadable_200_refuses_no_edit() {
    let mut world = with_note(1);
    world.clients[0].hold_requests = true;
    world.act(0, |c, now| c.edit(now, id(1), body("mine")));
    for _ in 0..3 {
        html(&mut world, 0, 200, "<html>sign in to the wifi</html>");
    }
    let q = queue(&mut world, 0);
    assert!(!q[0].needs_you(), "{q:?}");
}

#[test]
fn unreadable_200_drops_no_delete() {
    let mut world = with_note(1);
    world.input(0, Input::Online(false));
    world.act(0, |c, now| c.engine.delete::<Note>(now, id(1)));
    world.kill(0);
    // The first request of the new life is already under way; answer it as a portal would.
    world.clients[0].hold_requests = true;
    world.up = false;
    world.run_for(ms(300));
    world.up = true;
    for _ in 0..3 {
        html(&mut world, 0, 200, "<html>sign in to the wifi</html>");
    }
    world.release(0);
    world.run(10);
    assert_eq!(world.server.rows("notes").len(), 0);
}

#[test]
fn an_edit_of_an_insert_that_was_carried_out_yet_called_refused() {
    let mut world = World::live(1);
    world.clients[0].half_open = true;
    world.clients[0].lose_next_answer = true;
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "first"))
    });
    world.run_for(ms(41));
    world.clients[0].hold_requests = true;
    world.run_for(ms(300));
    html(&mut world, 0, 403, r#"{"code":"42501","message":"no"}"#);
    assert!(matches!(
        world.clients[0].note(id(1)).unwrap().1,
        Standing::Failed(_)
    ));
    world.act(0, |c, now| c.edit(now, id(1), body("second")));
    let q = queue(&mut world, 0);
    world.act(0, |c, now| c.engine.retry_write(now, q[0].id));
    world.release(0);
    world.run(20);
    assert_eq!(
        world.server.rows("notes")[0]["body"],
        "second",
        "{:?}",
        queue(&mut world, 0)
    );
}

#[test]
fn a_restored_insert_may_have_left_although_the_note_of_it_was_not_stored() {
    let mut world = World::live(1);
    world.input(0, Input::Online(false));
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "secret"))
    });
    let stored = world.clients[0].kept.clone();
    world.input(0, Input::Online(true));
    world.run_for(ms(25));
    assert_eq!(world.server.rows("notes").len(), 1, "it has arrived");
    world.clients[0].kept = stored;
    world.clients[0].hold_requests = true;
    world.kill(0);
    world.clients[0].hold_requests = true;
    world.input(0, Input::Online(false));
    world.act(0, |c, now| c.engine.delete::<Note>(now, id(1)));
    world.release(0);
    world.input(0, Input::Online(true));
    world.run(10);
    assert_eq!(
        world.server.rows("notes").len(),
        0,
        "{:?}",
        queue(&mut world, 0)
    );
}

#[test]
fn a_decision_of_a_life_whose_storage_failed_does_not_swallow_the_next() {
    let mut world = World::live(1);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "forbidden"))
    });
    world.run(1);
    let stored = world.clients[0].kept.clone();
    let first = queue(&mut world, 0)[0].id;
    world.act(0, |c, now| c.edit(now, id(1), body("good")));
    world.clients[0].lose_next_answer = true;
    world.act(0, |c, now| c.engine.retry_write(now, first));
    world.run_for(ms(25));
    // The disk was full: what the next life finds is older.
    world.clients[0].kept = stored;
    world.kill(0);
    world.act(0, |c, now| c.edit(now, id(1), body("better")));
    world.act(0, |c, now| c.engine.retry_write(now, first));
    world.run(10);
    assert_eq!(
        world.server.rows("notes")[0]["body"],
        "better",
        "{:?}",
        queue(&mut world, 0)
    );
}

#[test]
fn an_insert_that_left_is_not_forgotten_by_a_later_life() {
    use sync::{Config, Engine, Kept, Registry};
    let mut world = World::live(1);
    world.input(0, Input::Online(false));
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "secret"))
    });
    let stored = world.clients[0].kept.clone();
    world.input(0, Input::Online(true));
    world.run_for(ms(25));
    assert_eq!(world.server.rows("notes").len(), 1, "it has arrived");
    // The next life begins offline with what had been stored before the request left.
    let now = world.time();
    let mut engine = Engine::new(
        Config {
            channel: "world".into(),
            private: false,
            app: String::new(),
            seed: 77,
        },
        world.clients[0].session.clone(),
    );
    engine.table::<Note>().table::<Seat>();
    engine.start(now, false);
    let kept = stored
        .iter()
        .map(|(id, text)| Kept {
            id: *id,
            text: text.clone(),
        })
        .collect();
    engine.restore(now, kept);
    engine.delete::<Note>(now, id(1));
    assert_eq!(
        engine.waiting(),
        1,
        "the server has the row, so its deletion has to be sent"
    );
}

#[test]
fn conflict_then_kill_while_settled_is_in_flight() {
    let mut world = in_conflict();
    let q = queue(&mut world, 1);
    let QueuedState::Conflict(seen) = q[0].state.clone() else {
        panic!()
    };
    let one = Map::from_iter([("body".to_owned(), json!("settled"))]);
    world.clients[1].lose_next_answer = true;
    world.act(1, |c, now| c.engine.settle(now, q[0].id, &seen, one));
    world.run_for(ms(25));
    world.kill(1);
    world.run(10);
    assert_eq!(queue(&mut world, 1), []);
    assert_eq!(world.server.rows("notes")[0]["body"], "settled");
}

#[test]
fn an_edit_during_a_lost_answer_then_theirs() {
    // W1 applied with lost answer, W2 on top waits, a kill, then theirs changes another column.
    let mut world = with_note(2);
    world.clients[0].lose_next_answer = true;
    world.act(0, |c, now| c.edit(now, id(1), body("one")));
    world.act(0, |c, now| c.edit(now, id(1), body("two")));
    world.run_for(ms(25));
    world.kill(0);
    world.act(1, |c, now| c.edit(now, id(1), colour("red")));
    world.run(10);
    assert_eq!(queue(&mut world, 0), []);
    assert_eq!(world.server.rows("notes")[0]["body"], "two");
}
