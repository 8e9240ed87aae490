//! One direction of a connection: read, judged, delayed, written.

use std::io;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::tcp::{ReadHalf, WriteHalf},
    sync::{mpsc, watch},
    time::{Instant, sleep_until},
};

use crate::faults::Faults;

/// Parts that may be on the way at once; the sender waits beyond that, as it would for a full network.
const ON_THE_WAY: usize = 16 * 1024;

/// Why a direction has ended before its sender closed it: the connection is reset.
#[derive(Debug)]
pub(crate) struct Reset;

impl From<io::Error> for Reset {
    fn from(_: io::Error) -> Self {
        Self
    }
}

/// Carries bytes from one side to the other until the sender closes; `judge` says what is left of each part.
pub(crate) async fn carry(
    from: ReadHalf<'_>,
    to: WriteHalf<'_>,
    faults: watch::Receiver<Faults>,
    judge: impl FnMut(&[u8], &Faults) -> Result<Vec<u8>, Reset>,
) -> Result<(), Reset> {
    let (send, receive) = mpsc::channel(ON_THE_WAY);
    let held = faults.clone();
    tokio::try_join!(take(from, send, faults, judge), give(to, receive, held))?;
    Ok(())
}

async fn take(
    mut from: ReadHalf<'_>,
    send: mpsc::Sender<(Instant, Vec<u8>)>,
    mut faults: watch::Receiver<Faults>,
    mut judge: impl FnMut(&[u8], &Faults) -> Result<Vec<u8>, Reset>,
) -> Result<(), Reset> {
    let mut buffer = vec![0; 16 * 1024];
    // Whether something, be it only the news of the end, has vanished: then no later byte makes sense.
    let mut torn = false;
    let mut ended = false;
    loop {
        let read = tokio::select! {
            read = from.read(&mut buffer), if !ended => Some(read?),
            changed = faults.changed() => {
                changed.map_err(|_| Reset)?;
                None
            }
        };
        let current = faults.borrow().clone();
        if current.half_open {
            torn |= read.is_some();
            ended |= read == Some(0);
            continue;
        }
        if torn {
            return Err(Reset);
        }
        match read {
            None => {}
            Some(0) => return Ok(()),
            Some(length) => {
                let left = judge(&buffer[..length], &current)?;
                let due = Instant::now() + current.delay;
                if !left.is_empty() {
                    send.send((due, left)).await.map_err(|_| Reset)?;
                }
            }
        }
    }
}

async fn give(
    mut to: WriteHalf<'_>,
    mut receive: mpsc::Receiver<(Instant, Vec<u8>)>,
    mut faults: watch::Receiver<Faults>,
) -> Result<(), Reset> {
    while let Some((due, bytes)) = receive.recv().await {
        sleep_until(due).await;
        let let_go = faults.wait_for(|faults| !faults.hold).await;
        drop(let_go.map_err(|_| Reset)?);
        to.write_all(&bytes).await?;
    }
    to.shutdown().await?;
    Ok(())
}
