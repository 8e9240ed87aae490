//! One client's connection and the server's end of it.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::net::TcpStream;

use crate::{
    faults::Shared,
    frames::Frames,
    pipe::{Reset, carry},
};

/// Serves a client until either side closes or a fault ends it.
pub(crate) async fn serve(mut client: TcpStream, upstream: SocketAddr, shared: Arc<Shared>) {
    let mut cut = shared.faults.subscribe();
    let born = cut.borrow().cuts;
    if cut.borrow().refuse {
        return reset(&client);
    }
    let Ok(mut server) = TcpStream::connect(upstream).await else {
        return reset(&client);
    };
    for end in [&client, &server] {
        // Only speed depends on it.
        let _ = end.set_nodelay(true);
    }
    let outcome = tokio::select! {
        outcome = both_ways(&mut client, &mut server, &shared) => outcome,
        _ = cut.wait_for(|faults| faults.cuts != born) => Err(Reset),
    };
    if outcome.is_err() {
        reset(&client);
        reset(&server);
    }
}

async fn both_ways(
    client: &mut TcpStream,
    server: &mut TcpStream,
    shared: &Shared,
) -> Result<(), Reset> {
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    // Set by a request whose answer is to be lost.
    let losing = AtomicBool::new(false);
    let mut frames = Frames::default();
    let asks = carry(
        from_client,
        to_server,
        shared.faults.subscribe(),
        |bytes, _| {
            if shared.loses(bytes) {
                losing.store(true, Ordering::Relaxed);
            }
            Ok(bytes.to_vec())
        },
    );
    let answers = carry(
        from_server,
        to_client,
        shared.faults.subscribe(),
        |bytes, faults| {
            if losing.load(Ordering::Relaxed) {
                shared.count_lost();
                return Err(Reset);
            }
            let (left, dropped) = frames.pass(bytes, faults.drop_every);
            shared.count_dropped(dropped);
            Ok(left)
        },
    );
    tokio::try_join!(asks, answers)?;
    Ok(())
}

/// Has the socket closed the hard way: what is on the way is lost, and the other side hears of it at once.
fn reset(stream: &TcpStream) {
    // One that is closed already needs no more.
    let _ = stream.set_zero_linger();
}
