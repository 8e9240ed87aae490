//! Connections to PostgreSQL that are lost at any step of a request.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Member, Server, relay::relayed};

/// Where a connection is cut, once.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cut {
    /// Before the flight of this number reaches PostgreSQL.
    Before(usize),
    /// In the middle of that flight.
    Amid(usize),
    /// Before it is answered.
    Unanswered(usize),
    /// In the middle of the answer.
    HalfAnswered(usize),
}

type Scissors = Arc<Mutex<Option<Cut>>>;

/// Stands before PostgreSQL and cuts a connection of REST where it is told to.
async fn cutting(port: u16) -> (u16, Scissors) {
    let scissors = Scissors::default();
    let cut = Arc::clone(&scissors);
    let own = relayed(port, move |client, server| {
        relay(client, server, Arc::clone(&cut))
    });
    (own.await, scissors)
}

async fn relay(mut client: TcpStream, mut server: TcpStream, scissors: Scissors) {
    let (mut said, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    let (mut of_rest, mut flights) = (None, 0);
    loop {
        tokio::select! {
            read = client.read(&mut said) => {
                let Ok(many @ 1..) = read else { return };
                let of_rest = *of_rest.get_or_insert_with(|| {
                    said[..many].windows(13).any(|name| name == b"authenticator")
                });
                let cut = scissors.lock().unwrap().filter(|_| of_rest);
                // The schema may be read meanwhile, which is nobody's request.
                let asked = flights > 0 || said[..many].windows(6).any(|path| path == b"/notes");
                flights = if cut.is_some() && asked { flights + 1 } else { 0 };
                let before = cut == Some(Cut::Before(flights));
                let amid = cut == Some(Cut::Amid(flights));
                let many = if amid { many / 2 } else { many };
                if before || server.write_all(&said[..many]).await.is_err() || amid {
                    *scissors.lock().unwrap() = None;
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(many @ 1..) = read else { return };
                let cut = scissors.lock().unwrap().filter(|_| of_rest == Some(true));
                let unanswered = flights > 0 && cut == Some(Cut::Unanswered(flights));
                let half = flights > 0 && cut == Some(Cut::HalfAnswered(flights));
                let many = if half { many / 2 } else { many };
                if unanswered || client.write_all(&answered[..many]).await.is_err() || half {
                    *scissors.lock().unwrap() = None;
                    return;
                }
            }
        }
    }
}

async fn bodies(server: &Server, ann: &Member) -> Vec<Value> {
    let call = server.call("GET", "/rest/v1/notes?select=body&order=id");
    let answer = call.by(ann).send().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body.as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_at_any_step_is_told_and_the_next_request_is_served() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    let (port, scissors) = cutting(server.state.database.get_ports()[0]).await;
    let server = server.behind(port).await;
    let insert = async || {
        let call = server.call("POST", "/rest/v1/notes").by(&ann);
        call.json(&json!({"body": "one"})).send().await
    };
    for cut in [
        Cut::Before(1),
        Cut::Amid(1),
        Cut::Unanswered(1),
        Cut::HalfAnswered(1),
    ] {
        // The third time a statement is said it is prepared, and so the cut meets each way of saying it.
        for _ in 0..3 {
            let before = bodies(&server, &ann).await.len();
            *scissors.lock().unwrap() = Some(cut);
            let lost = insert().await;
            assert_eq!(lost.refusal(), (503, "PGRST001"), "{cut:?}: {}", lost.body);
            assert_eq!(*scissors.lock().unwrap(), None, "{cut:?}");
            let after = bodies(&server, &ann).await.len();
            if matches!(cut, Cut::Before(_) | Cut::Amid(_)) {
                assert_eq!(after, before, "{cut:?}");
            }
            assert_eq!(insert().await.status, 201, "{cut:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_only_after_the_answer_is_undone_when_the_connection_is_lost_before() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    let (port, scissors) = cutting(server.state.database.get_ports()[0]).await;
    let server = server.behind(port).await;
    let call = server.call("POST", "/rest/v1/notes").by(&ann);
    assert_eq!(call.json(&json!({"body": "old"})).send().await.status, 201);
    let change = async || {
        let call = server.call("PATCH", "/rest/v1/notes?body=eq.old").by(&ann);
        let call = call.header("prefer", "return=representation");
        let call = call.header("accept", "application/vnd.pgrst.object+json");
        call.json(&json!({"body": "new"})).send().await
    };
    for cut in [Cut::Before(1), Cut::Unanswered(1), Cut::Before(2)] {
        *scissors.lock().unwrap() = Some(cut);
        let lost = change().await;
        assert_eq!(lost.refusal(), (503, "PGRST001"), "{cut:?}: {}", lost.body);
        assert_eq!(bodies(&server, &ann).await, [json!({"body": "old"})]);
    }
    assert_eq!(change().await.status, 200);
    assert_eq!(bodies(&server, &ann).await, [json!({"body": "new"})]);
}
