//! Steps that several scenarios share.

use std::time::Duration;

use sync::{Input, Queued, Response};

use super::{
    tables::{Note, body, id, note},
    world::World,
};

/// So many milliseconds.
pub fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// What changed of the queue; nothing when it did not.
pub fn queue(world: &mut World, client: usize) -> Vec<Queued> {
    world.clients[client]
        .engine
        .take_queue()
        .unwrap_or_default()
}

/// `n` people live, and a note of the first.
pub fn with_note(n: usize) -> World {
    let mut world = World::live(n);
    world.act(0, |c, now| {
        c.engine.insert::<Note>(now, note(1, "a", "text"))
    });
    world.run(1);
    queue(&mut world, 0);
    world
}

/// Answers what is held back, as a portal or a failing server does; says how many requests that were.
pub fn html(world: &mut World, client: usize, status: u16, text: &str) -> usize {
    let held = std::mem::take(&mut world.clients[client].held);
    let n = held.len();
    for r in held {
        world.input(
            client,
            Input::Response(
                r.id,
                Some(Response {
                    status,
                    body: text.into(),
                    retry_after: None,
                }),
            ),
        );
    }
    n
}

/// Two edited the body of one note; the second is in conflict.
pub fn in_conflict() -> World {
    let mut world = with_note(2);
    world.act(0, |c, now| c.edit(now, id(1), body("mine")));
    world.act(1, |c, now| c.edit(now, id(1), body("theirs")));
    world.run(2);
    world
}
