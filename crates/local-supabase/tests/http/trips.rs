//! How often a request to REST waits for PostgreSQL: once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, sleep_until},
};

use crate::support::{Server, relay::relayed};

/// So long nothing has to come from the client before it counts as waiting.
const QUIET: Duration = Duration::from_millis(60);

/// Stands before PostgreSQL and counts how often a client of REST waits for an answer: all answers are kept until
/// the client has nothing more to say.
async fn counting(port: u16) -> (u16, Arc<AtomicUsize>) {
    let trips = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&trips);
    let own = relayed(port, move |client, server| {
        relay(client, server, Arc::clone(&counted))
    });
    (own.await, trips)
}

/// Waits until REST has not asked for a while: the schema may be read meanwhile, question by question, which counts as well.
async fn silence(trips: &AtomicUsize) {
    let mut heard = trips.load(Ordering::SeqCst);
    for _ in 0..20 {
        sleep(6 * QUIET).await;
        let before = std::mem::replace(&mut heard, trips.load(Ordering::SeqCst));
        if before == heard {
            return;
        }
    }
}

async fn relay(mut client: TcpStream, mut server: TcpStream, trips: Arc<AtomicUsize>) {
    let (mut said, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    let (mut kept, mut last, mut waiting) = (Vec::new(), Instant::now(), false);
    let mut of_rest = None;
    loop {
        tokio::select! {
            read = client.read(&mut said) => {
                let Ok(many @ 1..) = read else { return };
                let of_rest = *of_rest.get_or_insert_with(|| {
                    said[..many].windows(13).any(|name| name == b"authenticator")
                });
                (last, waiting) = (Instant::now(), of_rest);
                if server.write_all(&said[..many]).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(many @ 1..) = read else { return };
                kept.extend_from_slice(&answered[..many]);
            }
            () = sleep_until(last + QUIET), if waiting && !kept.is_empty() => {
                trips.fetch_add(1, Ordering::SeqCst);
                waiting = false;
            }
        }
        if !waiting && !kept.is_empty() {
            if client.write_all(&kept).await.is_err() {
                return;
            }
            kept.clear();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_waits_for_the_database_once() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    let port = server.state.database.get_ports()[0];
    let (port, trips) = counting(port).await;
    let server = server.behind(port).await;

    let one = "return=representation";
    let single = "application/vnd.pgrst.object+json";
    let (notes, whoami) = ("/rest/v1/notes", "/rest/v1/rpc/whoami");
    for (wanted, method, query, prefer, accept, body) in [
        (
            1,
            "GET",
            format!("{notes}?select=id&limit=1"),
            "",
            "",
            json!(null),
        ),
        (
            1,
            "GET",
            format!("{notes}?select=id,owner:members(name)&limit=1"),
            "count=exact",
            "",
            json!(null),
        ),
        (
            1,
            "GET",
            format!("{notes}?select=id&id=eq.1"),
            "",
            single,
            json!(null),
        ),
        (1, "POST", notes.to_owned(), "", "", json!({"body": "x"})),
        (
            1,
            "POST",
            notes.to_owned(),
            one,
            "",
            json!([{"body": "x"}, {"body": "y"}]),
        ),
        (
            1,
            "POST",
            format!("{notes}?on_conflict=id"),
            "resolution=merge-duplicates",
            "",
            json!({"id": 1, "body": "x"}),
        ),
        (
            1,
            "PATCH",
            format!("{notes}?id=eq.1"),
            one,
            "",
            json!({"body": "z"}),
        ),
        (
            1,
            "PATCH",
            format!("{notes}?id=eq.1"),
            "count=exact",
            "",
            json!({"owner_id": null}),
        ),
        (1, "DELETE", format!("{notes}?id=eq.2"), "", "", json!(null)),
        (1, "POST", whoami.to_owned(), "", "", json!({})),
        (1, "GET", whoami.to_owned(), "", "", json!(null)),
        // These may be refused once they have run, and are committed only then.
        (
            2,
            "PATCH",
            format!("{notes}?id=eq.1"),
            one,
            single,
            json!({"body": "y"}),
        ),
        (
            2,
            "PATCH",
            format!("{notes}?id=eq.1"),
            "handling=strict,max-affected=1",
            "",
            json!({"body": "y"}),
        ),
    ] {
        let mut fewest = usize::MAX;
        // The first time a connection may have to be opened, and a busy machine pauses in the middle of a sentence.
        for _ in 0..20 {
            let before = trips.load(Ordering::SeqCst);
            let mut call = server.call(method, &query).by(&ann);
            for (name, value) in [("prefer", prefer), ("accept", accept)] {
                if !value.is_empty() {
                    call = call.header(name, value);
                }
            }
            if !body.is_null() {
                call = call.json(&body);
            }
            let answer = call.send().await;
            assert!(answer.status.as_u16() < 500, "{}", answer.body);
            fewest = fewest.min(trips.load(Ordering::SeqCst) - before);
            if fewest <= wanted {
                break;
            }
            silence(&trips).await;
        }
        assert_eq!(fewest, wanted, "{method} {query} {prefer} {accept}");
    }
}
