//! Moments between two states, where clients like to lose something.

use super::{
    tables::{Note, id, note},
    world::World,
};
use serde_json::json;
use simulator::client::{Client, now_at};
use std::time::Duration;
use sync::{Input, Instant, Output, Response, Status};
use wire::auth::{Session, User};

fn session(world: &World, token: &str, expires_in: u64) -> Session {
    Session {
        access_token: token.into(),
        refresh_token: "refresh-x".into(),
        expires_in,
        expires_at: world.time().wall.millis() as u64 / 1000 + expires_in,
        user: User {
            id: "me".into(),
            email: String::new(),
        },
    }
}

#[test]
fn waking_while_the_socket_opens_does_not_cost_the_connection() {
    let mut world = World::live(1);
    world.cut(0);
    let now = world.time();
    let engine = &mut world.clients[0].engine;
    engine.handle(now, Input::Woke);
    let outputs: Vec<_> = std::iter::from_fn(|| engine.poll_output()).collect();
    // What is sent on a socket that is still opening is dropped by browsers.
    let socket = outputs
        .iter()
        .find_map(|o| match o {
            Output::OpenSocket(s) => Some(*s),
            _ => None,
        })
        .unwrap();
    world.clients[0].socket = Some(socket);
    world.run_for(Duration::from_millis(50));
    world.input(0, Input::SocketOpened(socket));
    world.run(3);
    assert_eq!(world.status(0), Status::Live);
    world.run(3);
    assert_eq!(
        world.clients[0].socket,
        Some(socket),
        "the connection works and stays"
    );
}

#[test]
fn a_refresh_with_a_shorter_life_is_still_taken() {
    let mut world = World::live(1);
    world.server.lifetime = 600;
    world.revoke();
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "x"))
    });
    world.run(120);
    assert_eq!(world.server.rows("notes").len(), 1);
}

#[test]
fn a_token_that_is_refused_although_fresh_is_not_renewed_in_a_loop() {
    let mut world = World::live(1);
    world.server.refuse_tokens = true;
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "x"))
    });
    world.run(30);
    assert!(
        world.server.grants < 20,
        "{} refreshes in 30 s",
        world.server.grants
    );
}

#[test]
fn a_line_whose_answer_was_lost_can_be_deleted_while_offline() {
    let mut world = World::live(1);
    world.clients[0].half_open = true;
    world.clients[0].lose_next_answer = true;
    world.act(0, |client, now| {
        client.engine.insert::<Note>(now, note(1, "a", "oops"))
    });
    world.run_for(Duration::from_millis(40));
    world.input(0, Input::Online(false));
    world.run(60);
    world.act(0, |client, now| client.engine.delete::<Note>(now, id(1)));
    assert!(world.clients[0].bodies().is_empty());
    world.input(0, Input::Online(true));
    world.run(10);
    assert_eq!(world.clients[0].bodies(), Vec::<String>::new());
    assert_eq!(world.server.rows("notes").len(), 0);
}

#[test]
fn the_session_it_has_already_is_no_news() {
    let mut world = World::live(1);
    let same = Session {
        refresh_token: "refresh-0".into(),
        ..session(&world, "token-0", 3600)
    };
    let now = world.time();
    let engine = &mut world.clients[0].engine;
    engine.handle(now, Input::Session(same.clone()));
    while engine.poll_output().is_some() {}
    engine.handle(now, Input::Session(same));
    assert_eq!(engine.poll_output(), None);
}

#[test]
fn a_refused_old_refresh_does_not_end_the_session_that_another_tab_has_renewed() {
    let mut world = World::live(1);
    world.clients[0].hold_requests = true;
    world.run(3550);
    let refreshes = world.clients[0]
        .held
        .iter()
        .filter(|request| request.path.contains("/token"));
    assert_eq!(refreshes.count(), 1);
    let newer = session(&world, "token-1", 3600);
    world.server.valid_token = "token-1".into();
    world.server.refuse_refresh = true;
    world.input(0, Input::Session(newer));
    world.release(0);
    world.run(5);
    assert_eq!(world.status(0), Status::Live);
}

#[test]
fn trouble_with_the_changes_is_not_called_live() {
    let mut world = World::live(1);
    world.server_says(
        0,
        "system",
        json!({"extension": "postgres_changes", "status": "error",
        "message": "connection not available", "channel": "world"}),
    );
    world.run_for(Duration::from_millis(100));
    assert_ne!(world.status(0), Status::Live);
}

/// No socket opens; the second time the engine asks REST why, and is told `message`.
fn asked_why(message: &str) -> Status {
    let start = now_at(Instant(Duration::from_secs(1)));
    let mut engine = Client::new(1, start).engine;
    let mut now = start;
    loop {
        while let Some(output) = engine.poll_output() {
            match output {
                Output::OpenSocket(socket) => engine.handle(now, Input::SocketClosed(socket)),
                Output::Request(request) => {
                    assert_eq!(request.path, "/auth/v1/settings");
                    let response = Response {
                        status: 401,
                        body: format!(r#"{{"message":"{message}"}}"#),
                        retry_after: None,
                    };
                    engine.handle(now, Input::Response(request.id, Some(response)));
                    return engine.status(now);
                }
                _ => {}
            }
        }
        now = now_at(engine.next_timeout().expect("it never gives up"));
        engine.handle(now, Input::Timeout);
    }
}

#[test]
fn a_key_that_the_project_does_not_accept_stops_with_the_cure() {
    for message in ["Invalid API key", "No API key found in request"] {
        let Status::Stopped { reason } = asked_why(message) else {
            panic!("it goes on with a wrong key")
        };
        assert!(reason.contains("config.json"), "{reason}");
    }
    assert!(matches!(
        asked_why("Unauthorized"),
        Status::Reconnecting { .. }
    ));
}

#[test]
fn a_late_timer_that_is_heard_before_the_waking_hides_no_gap() {
    let mut world = World::live(1);
    world.run(1);
    let before = world.server.requests.len();
    world.sleep(Duration::from_secs(10));
    world.input(0, Input::Timeout);
    world.input(0, Input::Woke);
    world.run(1);
    let asked = &world.server.requests[before..];
    assert!(
        asked.iter().any(|request| request.contains("rpc/sync")),
        "{asked:?}"
    );
}
