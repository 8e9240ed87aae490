//! The socket of a connection, moved by whoever waits for an answer.
//!
//! A task of its own for each connection would have to be woken for every request, and wake the other side for every
//! answer.

use std::{io, time::Duration};

use postgres_protocol::message::backend::Message;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, Interest},
    net::{TcpStream, UnixStream},
};
use tokio_postgres::{CancelToken, Config, NoTls, config::Host, types::private::BytesMut};

/// Where PostgreSQL listens unless it is told otherwise.
const PORT: u16 = 5432;
/// How much is read at once.
const CHUNK: usize = 16 * 1024;
/// How long a connection that is given up may take to end.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Line {
    socket: Socket,
    heard: BytesMut,
    cancel: CancelToken,
}

enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// The same with either kind of socket.
macro_rules! either {
    ($socket:expr, $stream:ident => $done:expr) => {
        match $socket {
            Socket::Tcp($stream) => $done,
            Socket::Unix($stream) => $done,
        }
    };
}

impl Line {
    /// Reaches the database and logs in, which `tokio-postgres` does; what is said afterwards is said here.
    pub(super) async fn open(config: &Config) -> Result<Self, String> {
        let mut socket = reach(config).await.map_err(|error| error.to_string())?;
        let entered = either!(&mut socket, stream => log_in(config, stream).await);
        Ok(Self {
            cancel: entered.map_err(|error| error.to_string())?,
            socket,
            heard: BytesMut::with_capacity(CHUNK),
        })
    }

    /// Sends all of `said`. What is heard meanwhile is kept, lest both sides wait for each other to read.
    pub(super) async fn send(&mut self, mut said: &[u8]) -> io::Result<()> {
        let both = Interest::READABLE | Interest::WRITABLE;
        loop {
            match either!(&self.socket, stream => stream.try_write(said)) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(many) => said = &said[many..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let ready = either!(&self.socket, stream => stream.ready(both).await)?;
                    if ready.is_readable() {
                        self.read()?;
                    }
                }
                Err(error) => return Err(error),
            }
            if said.is_empty() {
                return Ok(());
            }
        }
    }

    /// The next message, waited for.
    pub(super) async fn hear(&mut self) -> io::Result<Message> {
        loop {
            if let Some(message) = Message::parse(&mut self.heard)? {
                return Ok(message);
            }
            either!(&self.socket, stream => stream.readable().await)?;
            self.read()?;
        }
    }

    /// A message that has come while nobody waited, if there is one.
    pub(super) fn overhear(&mut self) -> io::Result<Option<Message>> {
        self.read()?;
        Message::parse(&mut self.heard)
    }

    /// Reads what is there by now.
    fn read(&mut self) -> io::Result<()> {
        self.heard.reserve(CHUNK);
        match either!(&self.socket, stream => stream.try_read_buf(&mut self.heard)) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Ends what was asked for last, and the connection with it; waits until PostgreSQL has let go of it.
    pub(super) async fn give_up(mut self, config: &Config) {
        // If it cannot be cancelled, it ends by the role's timeout.
        if let Ok(mut other) = reach(config).await {
            let _ =
                either!(&mut other, stream => self.cancel.cancel_query_raw(stream, NoTls).await);
        }
        let ended = async {
            let _ = either!(&mut self.socket, stream => stream.shutdown().await);
            let mut rest = vec![0; CHUNK];
            while let Ok(1..) = either!(&mut self.socket, stream => stream.read(&mut rest).await) {}
        };
        let _ = tokio::time::timeout(PATIENCE, ended).await;
    }
}

/// Connects to the first of the database's addresses that answers.
async fn reach(config: &Config) -> io::Result<Socket> {
    let (hosts, addresses, ports) = (
        config.get_hosts(),
        config.get_hostaddrs(),
        config.get_ports(),
    );
    let mut last = io::Error::new(
        io::ErrorKind::NotFound,
        "the database's address names no host",
    );
    for at in 0..hosts.len().max(addresses.len()) {
        let port = *ports.get(at).or(ports.first()).unwrap_or(&PORT);
        let reached = async {
            match (addresses.get(at), hosts.get(at)) {
                (Some(address), _) => tcp((*address, port)).await,
                (None, Some(Host::Tcp(name))) => tcp((name.as_str(), port)).await,
                (None, Some(Host::Unix(folder))) => {
                    let path = folder.join(format!(".s.PGSQL.{port}"));
                    UnixStream::connect(path).await.map(Socket::Unix)
                }
                (None, None) => Err(io::ErrorKind::NotFound.into()),
            }
        };
        let reached = match config.get_connect_timeout() {
            Some(limit) => tokio::time::timeout(*limit, reached)
                .await
                .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())),
            None => reached.await,
        };
        match reached {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn tcp(address: impl tokio::net::ToSocketAddrs) -> io::Result<Socket> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(Socket::Tcp(stream))
}

async fn log_in<S: AsyncRead + AsyncWrite + Unpin>(
    config: &Config,
    stream: &mut S,
) -> Result<CancelToken, tokio_postgres::Error> {
    let (client, _) = config.connect_raw(stream, NoTls).await?;
    Ok(client.cancel_token())
}
