//! The proxy: where it listens, and the faults that it is told to make.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU64,
    sync::Arc,
    time::Duration,
};

use tokio::{net::TcpListener, task::JoinSet};

use crate::{
    command::Command,
    connection,
    faults::{Faults, Shared},
};

/// A running proxy; dropping it ends it with all its connections.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    listening: tokio::task::JoinHandle<()>,
}

impl Proxy {
    /// Listens on `port` of 127.0.0.1 (0 for any free one) and passes connections on to `upstream`, which need
    /// not answer yet. Call it within a tokio runtime.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub async fn start(port: u16, upstream: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        let shared = Arc::<Shared>::default();
        let listening = tokio::spawn(listen(listener, upstream, Arc::clone(&shared)));
        Ok(Self {
            port,
            shared,
            listening,
        })
    }

    /// Where it listens, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Resets all connections.
    pub fn cut(&self) {
        self.change(|faults| faults.cuts += 1);
    }

    /// Resets new connections, or takes them again.
    pub fn refuse(&self, on: bool) {
        self.change(|faults| faults.refuse = on);
    }

    /// Delays every byte by so much, each way.
    pub fn delay(&self, by: Duration) {
        self.change(|faults| faults.delay = by);
    }

    /// Keeps all bytes on the way, both ways, until it ends: then they arrive together.
    pub fn hold(&self, on: bool) {
        self.change(|faults| faults.hold = on);
    }

    /// Lets all bytes vanish, both ways, while nothing closes. When it ends, connections that have lost
    /// something are reset.
    pub fn half_open(&self, on: bool) {
        self.change(|faults| faults.half_open = on);
    }

    /// Lets every nth WebSocket message from the server vanish, of each connection; `None` for no more.
    pub fn drop_every(&self, nth: Option<NonZeroU64>) {
        self.change(|faults| faults.drop_every = nth);
    }

    /// Passes the next request of this method on and loses the answer: the connection is reset instead.
    pub fn lose_answer(&self, method: &str) {
        self.shared.lose_answer(method);
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.shared.lose_no_more();
        self.change(|faults| {
            *faults = Faults {
                cuts: faults.cuts,
                ..Faults::default()
            };
        });
    }

    /// Carries out a command.
    pub fn obey(&self, command: Command) {
        match command {
            Command::Cut => self.cut(),
            Command::Refuse(on) => self.refuse(on),
            Command::Delay(by) => self.delay(by),
            Command::Hold(on) => self.hold(on),
            Command::HalfOpen(on) => self.half_open(on),
            Command::DropEvery(nth) => self.drop_every(nth),
            Command::LoseAnswer(method) => self.lose_answer(&method),
            Command::Heal => self.heal(),
        }
    }

    /// WebSocket messages that have vanished so far.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.shared.dropped()
    }

    /// Answers that have been lost so far.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.shared.lost()
    }

    fn change(&self, change: impl FnOnce(&mut Faults)) {
        self.shared.faults.send_modify(change);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, upstream: SocketAddr, shared: Arc<Shared>) {
    // The connections end with this task.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // A client that is gone already, or too many open files: the next may fare better.
                if let Ok((client, _)) = accepted {
                    connections.spawn(connection::serve(client, upstream, Arc::clone(&shared)));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}
