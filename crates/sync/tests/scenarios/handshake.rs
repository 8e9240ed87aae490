//! From nothing to live: what is asked when, and what is said meanwhile.

use std::time::Duration;

use serde_json::{Value, json};
use sync::{Config, Engine, Input, Output, Registry, Response, Status};

use super::{
    tables::{Note, id, note},
    world::{SUBSCRIBING, World},
};

#[test]
fn rows_are_fetched_once_and_only_after_changes_flow() {
    let mut world = World::new(1);
    world.run_for(SUBSCRIBING);
    assert_eq!(
        world.server.requests,
        Vec::<String>::new(),
        "joined is not subscribed"
    );
    assert_eq!(world.status(0), Status::Connecting);
    world.run(60);
    assert_eq!(world.server.requests, ["POST /rest/v1/rpc/sync"]);
    assert_eq!(world.status(0), Status::Live);
}

#[test]
fn changes_that_arrive_during_the_fetch_are_kept_and_applied_after_it() {
    let mut world = World::live(2);
    world.act(1, |client, now| {
        client.engine.insert::<Note>(now, note(1, "b", "before"))
    });
    world.run(1);
    world.cut(0);
    world.run_for(Duration::from_secs(3));
    // A second catch-up whose answer is held back while the note is deleted and another one written.
    world.clients[0].hold_requests = true;
    world.server_says(
        0,
        "system",
        json!({
            "extension": "postgres_changes", "status": "ok", "message": "Subscribed to PostgreSQL",
        }),
    );
    world.run(1);
    assert_eq!(world.status(0), Status::CatchingUp);
    world.act(1, |client, now| client.engine.delete::<Note>(now, id(1)));
    world.act(1, |client, now| {
        client.engine.insert::<Note>(now, note(2, "b", "during"))
    });
    world.run(1);
    assert_eq!(world.clients[0].bodies(), ["before"], "kept, not applied");
    world.release(0);
    world.run(1);
    assert_eq!(world.clients[0].bodies(), ["during"]);
}

#[test]
fn many_kept_changes_are_applied_in_order_without_holding_the_page_up() {
    const MANY: usize = 700;
    let mut world = World::live(2);
    world.clients[0].hold_requests = true;
    world.says_subscribed(0);
    world.run(1);
    for n in 0..MANY as u128 {
        world.act(1, |client, now| {
            client
                .engine
                .insert::<Note>(now, note(n, "b", &n.to_string()));
        });
    }
    // One after the other.
    world.run(60);
    assert_eq!(world.clients[1].bodies().len(), MANY);
    assert_eq!(world.clients[0].bodies().len(), 0, "kept, not applied");
    // The answer is as old as the question: it knows none of them.
    let request = world.clients[0].held.pop().unwrap();
    world.clients[0].hold_requests = false;
    let asked: Value = serde_json::from_str(&request.body.unwrap()).unwrap();
    let answer = json!({
        "cursor": asked["cursor"], "complete": false, "rows": {}, "tombstones": [],
    });
    let answer = Response {
        status: 200,
        body: answer.to_string(),
        retry_after: None,
    };
    world.input(0, Input::Response(request.id, Some(answer)));
    let mut shown = vec![world.clients[0].bodies().len()];
    while shown.last() != Some(&MANY) && shown.len() < 1_000 {
        world.run_for(Duration::from_millis(1));
        shown.push(world.clients[0].bodies().len());
    }
    assert_eq!(world.clients[0].bodies(), world.clients[1].bodies());
    shown.dedup();
    assert_eq!(shown, [256, 512, MANY]);
    world.run(60);
    assert_eq!(world.status(0), Status::Live);
}

#[test]
fn a_table_that_is_not_published_stops_with_the_cure() {
    let mut world = World::live(1);
    world.server_says(0, "system", json!({
        "extension": "postgres_changes", "status": "error",
        "message": "Unable to subscribe to changes with given parameters. Please check Realtime is enabled",
    }));
    world.run(120);
    let Status::Stopped { reason } = world.status(0) else {
        panic!("retrying cannot cure it")
    };
    assert!(reason.contains("publication"), "{reason}");
}

#[test]
fn frames_that_cannot_be_read_change_nothing() {
    let mut world = World::live(1);
    let socket = world.clients[0].socket.unwrap();
    for text in [
        "",
        "[",
        "null",
        "[1,2,3]",
        r#"[null,null,"realtime:world","postgres_changes",7]"#,
        "\u{0}",
    ] {
        world.input(0, Input::Frame(socket, text.to_owned()));
    }
    world.run(30);
    assert_eq!(world.status(0), Status::Live);
}

#[test]
fn the_close_of_an_earlier_membership_is_none_of_ours() {
    let mut world = World::live(1);
    let socket = world.clients[0].socket.unwrap();
    let frame = json!(["other", "other", "realtime:world", "phx_close", {}]);
    world.input(0, Input::Frame(socket, frame.to_string()));
    assert_eq!(world.status(0), Status::Live);
    world.server_says(0, "phx_close", json!({}));
    world.run_for(Duration::from_millis(30));
    assert!(
        matches!(world.status(0), Status::Reconnecting { .. }),
        "our own close is"
    );
    world.run(10);
    assert_eq!(
        world.status(0),
        Status::Live,
        "and is cured by joining again"
    );
}

#[test]
fn the_channel_is_as_private_as_the_app_wants_it() {
    for private in [false, true] {
        let world = World::new(1);
        let config = Config {
            channel: "house".into(),
            private,
            app: String::new(),
            seed: 1,
        };
        let mut engine = Engine::new(config, world.clients[0].session.clone());
        engine.table::<Note>();
        engine.start(world.time(), true);
        let Some(Output::OpenSocket(socket)) = engine.poll_output() else {
            panic!("no socket is opened")
        };
        engine.handle(world.time(), Input::SocketOpened(socket));
        let Some(Output::Send(_, frame)) = engine.poll_output() else {
            panic!("nothing is sent")
        };
        let frame: Value = serde_json::from_str(&frame).unwrap();
        assert_eq!(frame[2], "realtime:house");
        assert_eq!(frame[4]["config"]["private"], private);
    }
}
