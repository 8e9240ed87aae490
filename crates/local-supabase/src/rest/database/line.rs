//! The wire of a connection, moved by whoever waits for an answer.
//!
//! A task of its own for each connection would begin to send as soon as the first of several statements is said,
//! and would have to be woken for each of them, and wake the other side for each answer.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use tokio_postgres::{Connection, Socket, tls::NoTlsStream};

/// The wire; nothing once it is closed.
pub(super) struct Line(Option<Connection<Socket, NoTlsStream>>);

impl Line {
    pub(super) fn new(connection: Connection<Socket, NoTlsStream>) -> Self {
        Self(Some(connection))
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.is_none()
    }

    /// Takes note of what has come while nobody waited.
    pub(super) async fn listen(&mut self) {
        poll_fn(|context| {
            self.step(context);
            Poll::Ready(())
        })
        .await;
    }

    /// Waits for `work`, whose words go out and whose answers come in meanwhile.
    pub(super) async fn carry<W: Future>(&mut self, work: W) -> W::Output {
        let mut work = pin!(work);
        poll_fn(|context| {
            // All that is said at once is said before the first of it leaves.
            if let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(done);
            }
            self.step(context);
            work.as_mut().poll(context)
        })
        .await
    }

    fn step(&mut self, context: &mut Context<'_>) {
        if let Some(connection) = &mut self.0 {
            // Why it ended is told to whoever waits for an answer.
            let ended = Pin::new(connection).poll(context).is_ready();
            if ended {
                self.0 = None;
            }
        }
    }
}
