//! One engine with its socket, and what a page would show of it.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use serde_json::Value;
use sync::{
    Config, Engine, Input, Instant, Now, Queued, Registry, Request, SocketId, Standing, Table,
    WriteId,
};
use wire::{
    Timestamp,
    auth::{Session, User},
};

use crate::{
    page::Pages,
    tables::{Id, Letter, Note, NotePatch, Seat, SeatKey},
};

/// One tab.
pub struct Client {
    pub engine: Engine,
    /// Whom the tab belongs to.
    pub user: String,
    /// Tabs of one device share session and kept writes.
    pub device: String,
    /// News for an earlier life of the tab reaches nobody.
    pub life: u64,
    pub socket: Option<SocketId>,
    /// The socket that it shares with another tab, which is the host of both.
    pub shared: Option<SocketId>,
    /// `join_ref` of the membership, once the server has it.
    pub joined: Option<Value>,
    /// When the token of the membership expires, in seconds since 1970.
    pub joined_until: Option<u64>,
    /// Whether the server's change stream reaches this membership.
    pub subscribed: bool,
    /// Frames are swallowed in both directions, without a close.
    pub half_open: bool,
    /// The device has no network, whether the engine was told or not.
    pub offline: bool,
    /// The next answer to a write is lost on its way back.
    pub lose_next_answer: bool,
    /// The next request is lost on its way there.
    pub lose_next_request: bool,
    /// Requests that wait for the test to let them pass.
    pub hold_requests: bool,
    pub held: Vec<Request>,
    /// Answers that wait likewise.
    pub hold_answers: bool,
    pub(crate) held_answers: Vec<Input>,
    /// Frames of one socket arrive in order: none before these times, there and back.
    pub(crate) wire_free: (Instant, Instant),
    /// Since when the device sleeps.
    pub(crate) asleep: Option<Instant>,
    /// How long its steady clock has stood still.
    pub(crate) slept: Duration,
    /// What waits until it wakes.
    pub(crate) backlog: VecDeque<Input>,
    /// Until some time after this, rows may be older than what the stream said.
    pub(crate) doubtful: Instant,
    /// Change frames that it was sent lately, with the socket.
    pub(crate) sent: VecDeque<(SocketId, String)>,
    /// The floor of the notes that the server has named last; null when all are in scope.
    pub(crate) floor: Value,
    /// What the device keeps of the outbox.
    pub kept: BTreeMap<WriteId, String>,
    /// What the device keeps of the rows.
    pub rows: Option<String>,
    /// What the device keeps of the session.
    pub session: Session,
    /// What a page makes of what it is told, when the world looks.
    pub(crate) pages: Pages,
}

impl Client {
    /// A tab of the one person that may do everything.
    pub fn new(seed: u64, now: Now) -> Self {
        let session = Session {
            access_token: "token-0".into(),
            refresh_token: "refresh-0".into(),
            expires_in: 3600,
            expires_at: now.wall.millis() as u64 / 1000 + 3600,
            user: User {
                id: "me".into(),
                email: String::new(),
            },
        };
        let mut client = Self::of(seed, &seed.to_string(), session);
        client.engine.start(now, true);
        client
    }

    /// A tab of a signed-in person; its engine is not started.
    pub fn of(seed: u64, device: &str, session: Session) -> Self {
        let config = Config {
            channel: "world".into(),
            private: false,
            app: String::new(),
            seed,
        };
        let mut engine = Engine::new(config, session.clone());
        engine.table::<Note>().table::<Seat>().table::<Letter>();
        Self {
            engine,
            user: session.user.id.clone(),
            device: device.to_owned(),
            life: 0,
            socket: None,
            shared: None,
            joined: None,
            joined_until: None,
            subscribed: false,
            half_open: false,
            offline: false,
            lose_next_answer: false,
            lose_next_request: false,
            hold_requests: false,
            held: Vec::new(),
            hold_answers: false,
            held_answers: Vec::new(),
            wire_free: <(Instant, Instant)>::default(),
            asleep: None,
            slept: Duration::ZERO,
            backlog: VecDeque::new(),
            doubtful: Instant::default(),
            sent: VecDeque::new(),
            floor: Value::Null,
            kept: BTreeMap::new(),
            rows: None,
            session,
            pages: Pages::default(),
        }
    }

    /// The outbox as its page shows it, when the world looks.
    pub fn queue(&self) -> &[Queued] {
        &self.pages.queue
    }

    /// Whether its device sleeps.
    pub fn is_asleep(&self) -> bool {
        self.asleep.is_some()
    }

    /// Forgets the socket.
    pub(crate) fn drop_socket(&mut self) -> Option<SocketId> {
        self.joined = None;
        self.joined_until = None;
        self.subscribed = false;
        self.half_open = false;
        self.socket.take()
    }

    /// Bodies of all notes, in the order of the list.
    pub fn bodies(&self) -> Vec<String> {
        let mut notes: Vec<_> = self
            .engine
            .keys::<Note>()
            .filter_map(|key| self.note(key))
            .map(|(note, _)| note)
            .collect();
        notes.sort_by_key(|note| (note.created_at, note.id));
        notes.into_iter().map(|note| note.body).collect()
    }

    pub fn note(&self, key: Id) -> Option<(Note, Standing)> {
        let entry = self.engine.entry::<Note>(key)?;
        Some((Note::clone(&entry.row), entry.standing))
    }

    pub fn seat(&self, key: SeatKey) -> Option<(String, Standing)> {
        let entry = self.engine.entry::<Seat>(key)?;
        Some((entry.row.state.clone(), entry.standing))
    }

    pub fn has_rev<T: Table>(&self, key: T::Key) -> Option<i64> {
        self.engine.entry::<T>(key).map(|entry| entry.row.rev().0)
    }

    pub fn edit(&mut self, now: Now, key: Id, patch: NotePatch) {
        self.engine.update::<Note>(now, key, patch);
    }
}

/// The time of everybody who has never slept.
pub fn now_at(instant: Instant) -> Now {
    let micros = i64::try_from(instant.0.as_micros()).unwrap();
    Now {
        instant,
        wall: Timestamp(1_700_000_000_000_000 + micros),
    }
}
