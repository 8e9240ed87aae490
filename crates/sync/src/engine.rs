//! The client's state machine: one input, then all its outputs, then what changed.

use std::collections::{HashMap, VecDeque};

use wire::{Timestamp, auth::Session};

use crate::{
    Input, Instant, Now, Output, Registry, RequestId, Table, WriteId,
    backoff::Backoff,
    outbox::Outbox,
    presence::Presence,
    table::replica::Replica,
    timers::{Timer, Timers},
    typing::Typing,
};

mod along;
mod answer;
mod channel;
mod feed;
mod fetch;
mod host;
mod link;
mod presence;
mod probe;
mod push;
mod queue;
mod requests;
mod sending;
mod session;
mod snapshot;
mod status;
mod typing;
mod view;
mod writes;

use answer::Proof;
use feed::Feed;
use link::Link;
use requests::Purpose;

/// What an engine is made for.
#[derive(Debug, Clone)]
pub struct Config {
    /// Channel name without `realtime:`; all tables share the one channel.
    pub channel: String,
    /// Whether the channel asks policies on `realtime.messages` who may see and say who is here. Otherwise
    /// everybody with the project's key may; changes obey the policies of their tables either way.
    pub private: bool,
    /// Which build of the app this is: rows that another one has kept are not taken in.
    pub app: String,
    /// Seed of the jitter; different for every client.
    pub seed: u64,
}

/// The whole client of one signed-in person. See the crate's documentation.
pub struct Engine {
    channel: String,
    app: String,
    private: bool,
    session: Session,
    ended: bool,
    refreshing: bool,
    renewed: Option<Instant>,
    tables: Vec<Replica>,
    link: Link,
    feed: Feed,
    outbox: Outbox,
    presence: Presence,
    host: host::Host,
    typing: Typing,
    /// What comes with pages of older rows and did not arrive yet.
    owed: Vec<along::Along>,
    cursor: Option<String>,
    /// Floors of the tables, as the server named them.
    scope: Option<serde_json::Map<String, serde_json::Value>>,
    proof: Proof,
    unread: u64,
    heard: Option<Timestamp>,
    loaded: bool,
    snapshot: snapshot::Snapshot,
    /// Sockets in a row that were closed before they opened.
    unopened: u32,
    offline_since: Option<Timestamp>,
    last_input: Option<Now>,
    /// This input came later than it should have: others may wait behind it.
    late: bool,
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
        self.tables.push(Replica::of::<T>());
        self
    }
}

impl Engine {
    /// A client for `session`, whose `expires_at` is by this device's clock. Register the tables, then
    /// call [`Engine::start`].
    #[must_use]
    pub fn new(config: Config, session: Session) -> Self {
        let Config {
            channel,
            private,
            app,
            seed,
        } = config;
        Self {
            channel,
            app,
            private,
            session,
            ended: false,
            refreshing: false,
            renewed: None,
            tables: Vec::new(),
            link: Link::Down,
            feed: Feed::Down,
            outbox: Outbox::new(seed),
            presence: Presence::default(),
            host: host::Host::default(),
            typing: Typing::default(),
            owed: Vec::new(),
            cursor: None,
            scope: None,
            proof: Proof::default(),
            unread: 0,
            heard: None,
            loaded: false,
            snapshot: snapshot::Snapshot::default(),
            unopened: 0,
            offline_since: None,
            last_input: None,
            late: false,
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
        self.late = self.notice_sleep(now);
        self.stood_still |= self.late;
        match input {
            Input::SocketOpened(socket) => self.on_opened(now, socket),
            Input::SocketClosed(socket) => self.on_closed(now, socket),
            Input::Frame(socket, text) => self.on_frame(now, socket, &text),
            Input::Response(id, response) => self.on_response(now, id, response.as_ref()),
            Input::Online(online) => self.on_online(now, online),
            Input::Woke => {
                // The timer that came late may have been heard before the waking itself.
                let froze = std::mem::take(&mut self.stood_still);
                self.on_woke(now, froze);
            }
            Input::Timeout => {}
            Input::Guest(tab, socket, input) => self.on_guest(now, tab, socket, &input),
            Input::Hidden => self.keep_rows(now),
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
                Timer::Late => self.lose_patience_with_fetches(now),
                Timer::Typing => self.fade(now),
                Timer::Gone => self.see_off(now),
                Timer::Keep => self.keep_rows(now),
                Timer::Show => self.show_kept(),
            }
        }
        self.send_dissolved();
        self.send_next(now);
        self.show_if_alone();
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
}
