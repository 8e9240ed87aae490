//! What goes into the engine and what comes out.

use std::{ops::Add, time::Duration};

use uuid::Uuid;
use wire::{Timestamp, auth::Session};

use crate::{Kept, WriteId};

/// A point on a clock that never runs backwards, counted from any start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub Duration);

impl Instant {
    /// Time from `earlier` to here; zero when it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Instant {
    type Output = Self;
    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span))
    }
}

/// The time of an input, by both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// For deadlines.
    pub instant: Instant,
    /// For people, and for the life of tokens.
    pub wall: Timestamp,
}

/// Names one socket, so that late news of an old one is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SocketId(pub u64);

/// Names one HTTP request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RequestId(pub u64);

/// Names one tab among those of a person on a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TabId(pub Uuid);

/// What another tab does with the socket that it shares with us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuestInput {
    /// It opens one.
    Open,
    /// It is done with it.
    Close,
    /// It sends a text frame.
    Frame(String),
}

/// What another tab is told of the socket that it shares with us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It is open: to that tab, [`Input::SocketOpened`].
    Opened,
    /// It is closed: [`Input::SocketClosed`].
    Closed,
    /// A text frame: [`Input::Frame`].
    Frame(String),
}

/// What happened outside.
#[derive(Debug, Clone)]
pub enum Input {
    /// The socket is open.
    SocketOpened(SocketId),
    /// The socket is closed or never opened.
    SocketClosed(SocketId),
    /// A text frame arrived.
    Frame(SocketId, String),
    /// A request was answered; `None` when no answer arrived.
    Response(RequestId, Option<Response>),
    /// The device gained or lost its network.
    Online(bool),
    /// The page became visible or was resumed.
    Woke,
    /// Another tab shares our socket; this is what it does with it.
    Guest(TabId, SocketId, GuestInput),
    /// The page can no longer be seen, and may end without another word.
    Hidden,
    /// The time of [`crate::Engine::next_timeout`] has come.
    Timeout,
    /// Another tab refreshed the session.
    Session(Session),
}

/// An answer over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Body as text.
    pub body: String,
    /// Header `Retry-After` in seconds, when there is one.
    pub retry_after: Option<u64>,
}

/// What the driver is to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Open a socket to `/realtime/v1/websocket` with vsn 2.0.0.
    OpenSocket(SocketId),
    /// Close the socket; nothing of it is of interest any more.
    CloseSocket(SocketId),
    /// Send a text frame.
    Send(SocketId, String),
    /// Tell another tab, whose [`Input::Guest`] we heard, what becomes of its socket.
    Tell(TabId, SocketId, Told),
    /// Send a request.
    Request(Request),
    /// Keep the session for the next start; other tabs read it too.
    SaveSession(Session),
    /// Keep the write for the next start, under its name.
    Keep(Kept),
    /// Replace what is kept of the write. Until then nothing is at risk: what was kept before says all that
    /// the person wrote, only not how far it is.
    Note(Kept),
    /// The write is done with.
    Forget(WriteId),
    /// Replace what is kept of the person's rows, for [`crate::Engine::remember`] at the next start.
    KeepRows(String),
    /// Keep no rows of the person any longer: the session has ended.
    ForgetRows,
}

/// HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Insert, upsert, call.
    Post,
    /// Update.
    Patch,
    /// Change of one's own account.
    Put,
    /// Delete.
    Delete,
}

impl Method {
    /// The method's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// One HTTP request to the project; the driver adds the API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Comes back with the answer.
    pub id: RequestId,
    /// Method.
    pub method: Method,
    /// Path and query, from `/rest/v1/…` or `/auth/v1/…`.
    pub path: String,
    /// Header `Prefer`.
    pub prefer: Option<&'static str>,
    /// Header `Idempotency-Key`: a write that is sent again carries the same, and takes effect once.
    pub idempotency_key: Option<String>,
    /// JWT for `Authorization: Bearer`.
    pub bearer: Option<String>,
    /// JSON body.
    pub body: Option<String>,
}
