//! One engine with its socket, and what a page would show of it.

use std::collections::BTreeMap;

use serde_json::Value;
use sync::{Config, Engine, Instant, Now, Registry, Request, SocketId, Standing, Table, WriteId};
use wire::{
    Timestamp,
    auth::{Session, User},
};

use crate::tables::{Id, Note, NotePatch, Seat, SeatKey};

pub struct Client {
    pub engine: Engine,
    pub socket: Option<SocketId>,
    /// `join_ref` of the membership, once the server has it.
    pub joined: Option<Value>,
    /// Whether the server's change stream reaches this membership.
    pub subscribed: bool,
    /// Frames are swallowed in both directions, without a close.
    pub half_open: bool,
    /// The next answer to a write is lost on its way back.
    pub lose_next_answer: bool,
    /// Requests that wait for the test to let them pass.
    pub hold_requests: bool,
    pub held: Vec<Request>,
    /// What the device keeps of the outbox.
    pub kept: BTreeMap<WriteId, String>,
}

impl Client {
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
        let mut engine = Engine::new(
            Config {
                channel: "world".into(),
                seed,
            },
            session,
        );
        engine.table::<Note>().table::<Seat>();
        engine.start(now, true);
        Self {
            engine,
            socket: None,
            joined: None,
            subscribed: false,
            half_open: false,
            lose_next_answer: false,
            hold_requests: false,
            held: Vec::new(),
            kept: BTreeMap::new(),
        }
    }

    /// Bodies of all notes, in the order of the list.
    pub fn bodies(&self) -> Vec<String> {
        let mut notes: Vec<_> = self
            .engine
            .keys::<Note>()
            .filter_map(|key| self.note(*key))
            .map(|(note, _)| note)
            .collect();
        notes.sort_by_key(|note| (note.created_at, note.id));
        notes.into_iter().map(|note| note.body).collect()
    }

    pub fn note(&self, key: Id) -> Option<(Note, Standing)> {
        let entry = self.engine.entry::<Note>(key)?;
        Some((Note::clone(&entry.row), entry.standing.clone()))
    }

    pub fn seat(&self, key: SeatKey) -> Option<(String, Standing)> {
        let entry = self.engine.entry::<Seat>(key)?;
        Some((entry.row.state.clone(), entry.standing.clone()))
    }

    pub fn has_rev<T: Table>(&self, key: T::Key) -> Option<i64> {
        self.engine.entry::<T>(key).map(|entry| entry.row.rev().0)
    }

    pub fn edit(&mut self, now: Now, key: Id, patch: NotePatch) {
        self.engine.update::<Note>(now, key, patch);
    }
}

pub fn now_at(instant: Instant) -> Now {
    let micros = i64::try_from(instant.0.as_micros()).unwrap();
    Now {
        instant,
        wall: Timestamp(1_700_000_000_000_000 + micros),
    }
}
