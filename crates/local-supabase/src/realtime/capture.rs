//! The task that reads the change stream and hands each change to those who may see it.
//!
//! It alone makes bindings live, between two batches, so that a channel that has been told "Subscribed"
//! misses no transaction that commits later, and finds every earlier one with a query.

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt;
use tokio::{sync::mpsc, time::sleep};

use super::{
    Handle,
    change::Batch,
    hub::{ChannelId, Hub},
    visibility::{Judge, Viewer},
    wal::{Lost, PUBLICATION, Stream},
};
use crate::status_page::errors::What;

/// A channel whose bindings have been found fit for a person.
pub type Ready = (ChannelId, Arc<Viewer>);

/// Waits between attempts to start, the last one for ever.
const DELAYS: [u64; 6] = [50, 100, 250, 500, 1000, 2000];

/// So many rows are judged together when they have piled up.
const TOGETHER: usize = 64;

/// Streams for as long as the program runs.
pub async fn run(
    handle: Handle,
    database: tokio_postgres::Config,
    mut ready: mpsc::UnboundedReceiver<Ready>,
) {
    let mut attempt = 0;
    loop {
        let started = start(&handle, &database).await;
        let lost = match started {
            Ok((stream, judge)) => {
                if attempt > 0 {
                    eprintln!("realtime: database changes flow again.");
                }
                attempt = 0;
                handle.with(Hub::resubscribed);
                stream_changes(&handle, stream, judge, &mut ready).await
            }
            Err(lost) => lost,
        };
        if attempt == 0 {
            eprintln!("realtime: database changes pause: {lost}. Trying again until it works.");
            handle.errors().keep(What {
                request: "the change stream".to_owned(),
                message: format!("Database changes pause: {lost}"),
                ..What::default()
            });
        }
        sleep(Duration::from_millis(DELAYS[attempt])).await;
        attempt = (attempt + 1).min(DELAYS.len() - 1);
    }
}

async fn start(
    handle: &Handle,
    database: &tokio_postgres::Config,
) -> Result<(Stream, Judge), Lost> {
    let judge = Judge::connect(database, handle.limits().policy).await?;
    let stream = Stream::start(database, PUBLICATION).await?;
    Ok((stream, judge))
}

async fn stream_changes(
    handle: &Handle,
    mut stream: Stream,
    mut judge: Judge,
    ready: &mut mpsc::UnboundedReceiver<Ready>,
) -> Lost {
    loop {
        let step = tokio::select! {
            biased;
            Some(first) = ready.recv() => {
                let mut all = vec![first];
                all.extend(std::iter::from_fn(|| ready.try_recv().ok()));
                judge.settle().await.map(|()| handle.with(|hub| {
                    for (channel, viewer) in all {
                        hub.subscribe(channel, viewer);
                    }
                }))
            }
            batch = stream.next() => match batch {
                Ok(first) => {
                    let mut batches = vec![first];
                    let end = take_ready(&mut stream, &mut batches);
                    for batch in &mut batches {
                        handle.pass_over(&mut batch.rows);
                    }
                    let audience = handle.with(Hub::audience);
                    let judged = judge.judge(&batches, &audience).await;
                    let done = judged.map(|judged| handle.with(|hub| hub.judged(&judged)));
                    done.and(end)
                }
                Err(lost) => Err(lost),
            },
            () = handle.capture_restarts() => Err(Lost("it was asked to begin anew".to_owned())),
        };
        if let Err(lost) = step {
            return lost;
        }
    }
}

/// Adds what has come already: judged together, many changes cost little more than one.
fn take_ready(stream: &mut Stream, batches: &mut Vec<Batch>) -> Result<(), Lost> {
    let rows = |batches: &[Batch]| batches.iter().map(|batch| batch.rows.len()).sum::<usize>();
    while rows(batches) < TOGETHER {
        match stream.next().now_or_never() {
            Some(batch) => batches.push(batch?),
            None => break,
        }
    }
    Ok(())
}
