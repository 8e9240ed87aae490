//! The client's state machine: one input, then all its outputs, then what changed.

use std::collections::{HashMap, VecDeque};

use wire::{Timestamp, auth::Session};

use crate::{
    Changes, Entry, Input, Instant, Now, Output, Registry, Request, RequestId, Table, WriteId,
    backoff::Backoff,
    io::Method,
    outbox::Outbox,
    presence::Presence,
    table::{erased::AnyReplica, erased::Wanted, replica::Replica},
    timers::{Timer, Timers},
};

mod answer;
mod channel;
mod feed;
mod fetch;
mod link;
mod probe;
mod queue;
mod sending;
mod session;
mod status;
mod writes;

use answer::Proof;
use feed::Feed;
use link::Link;

/// What an engine is made for.
#[derive(Debug, Clone)]
pub struct Config {
    /// Channel name without `realtime:`; all tables share the one channel.
    pub channel: String,
    /// Seed of the jitter; different for every client.
    pub seed: u64,
}

/// Why a request was sent.
#[derive(Debug)]
enum Purpose {
    Sync {
        asked: u64,
    },
    Write,
    Probe,
    Look {
        table: usize,
        wanted: Wanted,
    },
    Fetch {
        table: usize,
        wanted: Wanted,
    },
    Older {
        table: usize,
        /// Names the page.
        ticket: u64,
    },
    Refresh {
        /// The refresh token that was sent.
        sent: String,
        /// When; a late answer does not lengthen the life of the token in it.
        at: Timestamp,
    },
}

/// The whole client of one signed-in person. See the crate's documentation.
pub struct Engine {
    channel: String,
    session: Session,
    ended: bool,
    refreshing: bool,
    renewed: Option<Instant>,
    tables: Vec<Box<dyn AnyReplica>>,
    link: Link,
    feed: Feed,
    outbox: Outbox,
    presence: Presence,
    cursor: Option<String>,
    /// Floors of the tables, as the server named them.
    scope: Option<serde_json::Map<String, serde_json::Value>>,
    proof: Proof,
    unread: u64,
    loaded: bool,
    /// Sockets in a row that were closed before they opened.
    unopened: u32,
    offline_since: Option<Timestamp>,
    last_input: Option<Now>,
    /// Since the last waking, some input came later than it should have.
    stood_still: bool,
    stopped: Option<String>,
    timers: Timers,
    retries: Retries,
    requests: HashMap<RequestId, Purpose>,
    steps: u64,
    saves: VecDeque<Output>,
    outputs: VecDeque<Output>,
    queue_changed: bool,
    flying_told: Option<WriteId>,
}

/// One delay per thing that is retried.
struct Retries {
    link: Backoff,
    sync: Backoff,
    mend: Backoff,
    write: Backoff,
    refresh: Backoff,
}

impl Registry for Engine {
    fn table<T: Table>(&mut self) -> &mut Self {
        self.tables.push(Box::new(Replica::<T>::new()));
        self
    }
}

impl Engine {
    /// A client for `session`, whose `expires_at` is by this device's clock. Register the tables, then
    /// call [`Engine::start`].
    #[must_use]
    pub fn new(config: Config, session: Session) -> Self {
        let Config { channel, seed } = config;
        Self {
            channel,
            session,
            ended: false,
            refreshing: false,
            renewed: None,
            tables: Vec::new(),
            link: Link::Down,
            feed: Feed::Down,
            outbox: Outbox::new(seed),
            presence: Presence::default(),
            cursor: None,
            scope: None,
            proof: Proof::default(),
            unread: 0,
            loaded: false,
            unopened: 0,
            offline_since: None,
            last_input: None,
            stood_still: false,
            stopped: None,
            timers: Timers::default(),
            retries: Retries {
                link: Backoff::new(seed),
                sync: Backoff::new(seed ^ 0x51),
                mend: Backoff::new(seed ^ 0x65),
                write: Backoff::new(seed ^ 0x77),
                refresh: Backoff::new(seed ^ 0x93),
            },
            requests: HashMap::new(),
            steps: 0,
            saves: VecDeque::new(),
            outputs: VecDeque::new(),
            queue_changed: false,
            flying_told: None,
        }
    }

    /// Begins to connect.
    pub fn start(&mut self, now: Now, online: bool) {
        self.last_input = Some(now);
        self.plan_refresh(now);
        if online {
            self.connect(now);
        } else {
            self.offline_since = Some(now.wall);
        }
    }

    /// Takes one input in. Afterwards, drain [`Engine::poll_output`] and ask for changes.
    pub fn handle(&mut self, now: Now, input: Input) {
        self.steps += 1;
        self.stood_still |= self.notice_sleep(now);
        match input {
            Input::SocketOpened(socket) => self.on_opened(now, socket),
            Input::SocketClosed(socket) => self.on_closed(now, socket),
            Input::Frame(socket, text) => self.on_frame(now, socket, &text),
            Input::Response(id, response) => match self.requests.remove(&id) {
                None => {}
                Some(Purpose::Sync { asked }) => self.on_sync(now, id, asked, response.as_ref()),
                Some(Purpose::Probe) => self.on_probe(response.as_ref()),
                Some(Purpose::Write) => self.on_write(now, id, response.as_ref()),
                Some(Purpose::Look { table, wanted }) => {
                    self.on_look(now, id, table, &wanted, response.as_ref());
                }
                Some(Purpose::Fetch { table, wanted }) => {
                    self.on_fetch(now, table, wanted, response.as_ref());
                }
                Some(Purpose::Older { table, ticket }) => {
                    self.on_older(now, table, ticket, response.as_ref());
                }
                Some(Purpose::Refresh { sent, at }) => {
                    self.on_refresh(now, &sent, at, response.as_ref());
                }
            },
            Input::Online(online) => self.on_online(now, online),
            Input::Woke => {
                // The timer that came late may have been heard before the waking itself.
                let froze = std::mem::take(&mut self.stood_still);
                self.on_woke(now, froze);
            }
            Input::Timeout => {}
            Input::Session(session) => self.on_session(now, session),
        }
        while let Some(timer) = self.timers.take_due(now.instant) {
            match timer {
                Timer::Reconnect => self.connect(now),
                Timer::Handshake | Timer::HeartbeatReply => self.lose_link(now),
                Timer::Heartbeat => self.beat(now),
                Timer::Refresh => self.refresh(now),
                Timer::Sync => self.catch_up(now),
                Timer::Check => self.check(now),
                Timer::Patience => self.lose_patience(now),
                Timer::Replay => self.replay_on(now),
                Timer::Write => self.rest_over(now),
                Timer::Fetch => self.fetch_again(now),
            }
        }
        self.send_dissolved();
        self.send_next(now);
    }

    /// The next thing to do outside; call until it is `None`.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.save();
        self.saves.pop_front().or_else(|| self.outputs.pop_front())
    }

    /// When [`Input::Timeout`] is due.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// What has changed in `T` since the last call.
    ///
    /// # Panics
    /// When `T` was not registered.
    pub fn changes<T: Table>(&mut self) -> Changes<T> {
        self.replica_mut::<T>().take_changes()
    }

    /// The row as people see it now.
    #[must_use]
    pub fn entry<T: Table>(&self, key: T::Key) -> Option<&Entry<T>> {
        self.replica::<T>().shown(&key)
    }

    /// Keys of all rows that people see now, in no order.
    pub fn keys<T: Table>(&self) -> impl Iterator<Item = &T::Key> {
        self.replica::<T>().shown_keys()
    }

    /// Presence keys of the people who have the channel open, when they changed since the last call.
    pub fn take_presence(&mut self) -> Option<Vec<String>> {
        self.presence
            .take_changed()
            .then(|| self.presence.keys().map(str::to_owned).collect())
    }

    /// Whether rows have been loaded at least once.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.loaded
    }

    /// Answers, frames and rows that could not be read since the start.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.unread
    }

    /// Writes that the server has not answered, refused ones apart.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.outbox.len()
    }

    fn replica<T: Table>(&self) -> &Replica<T> {
        let mut typed = self
            .tables
            .iter()
            .filter_map(|table| table.as_any().downcast_ref());
        typed
            .next()
            .expect("every table is registered before the engine starts")
    }

    fn replica_mut<T: Table>(&mut self) -> &mut Replica<T> {
        let mut typed = self
            .tables
            .iter_mut()
            .filter_map(|table| table.as_any_mut().downcast_mut());
        typed
            .next()
            .expect("every table is registered before the engine starts")
    }

    fn table_named(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|table| table.name() == name)
    }

    /// Sends a request with the person's token.
    fn request(
        &mut self,
        purpose: Purpose,
        method: Method,
        path: String,
        prefer: Option<&'static str>,
        body: Option<String>,
    ) -> RequestId {
        self.steps += 1;
        let id = RequestId(self.steps);
        let refresh = matches!(purpose, Purpose::Refresh { .. });
        let bearer = (!refresh).then(|| self.session.access_token.clone());
        let first = self
            .outbox
            .first()
            .filter(|_| matches!(purpose, Purpose::Write));
        let idempotency_key =
            first.and_then(|write| self.tables[write.table].idempotency_key(write.id));
        self.requests.insert(id, purpose);
        self.outputs.push_back(Output::Request(Request {
            id,
            method,
            path,
            prefer,
            idempotency_key,
            bearer,
            body,
        }));
        id
    }
}
