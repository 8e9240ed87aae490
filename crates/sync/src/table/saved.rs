//! How a write is kept between two lives of the app, and read again.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wire::Timestamp;

use super::{
    overlay::{Looked, Mutation, Op, Why},
    replica::Replica,
};
use crate::{Queued, QueuedState, Rejection, Verb, WriteId};

/// The form that is written. A reader keeps what it finds in a form that it does not know.
const VERSION: u32 = 1;

/// What every form begins with.
#[derive(Deserialize)]
pub(crate) struct Head {
    v: u32,
    /// Table of the write.
    pub(crate) table: String,
    /// Its place among all writes of the device.
    pub(crate) place: u64,
}

impl Head {
    /// The head of a kept text, if its form is one that can be read.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let head: Self = serde_json::from_str(text).ok()?;
        (head.v == VERSION).then_some(head)
    }
}

#[derive(Serialize, Deserialize)]
struct Saved {
    v: u32,
    table: String,
    place: u64,
    at: Timestamp,
    key: Value,
    verb: Verb,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    columns: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    from: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failed: Option<Rejection>,
    #[serde(default)]
    attempted: bool,
    #[serde(default)]
    decided: u32,
}

impl Replica {
    /// The write as text, `None` when there is none of this name.
    pub(crate) fn save(&mut self, id: WriteId) -> Option<String> {
        let table = self.kind.name().to_owned();
        let (key, write) = self.find(id)?;
        let from = match &write.op {
            Op::Update { from, .. } => from.clone(),
            Op::Insert { .. } | Op::Put { .. } | Op::Delete => Map::new(),
        };
        let saved = Saved {
            v: VERSION,
            table,
            place: write.place,
            at: write.at,
            key: Value::Object(key.columns()),
            verb: write.op.verb(),
            columns: write.op.columns(),
            from,
            failed: write.failed.clone(),
            attempted: write.attempted,
            decided: write.decided,
        };
        serde_json::to_string(&saved).ok()
    }

    /// A kept write as its person sees it, which stays where it is.
    pub(crate) fn peek(&self, id: WriteId, text: &str) -> Option<Queued> {
        let saved: Saved = serde_json::from_str(text).ok()?;
        Some(Queued {
            id,
            table: self.kind.name(),
            key: self.kind.key(&saved.key.to_string())?.as_str().to_owned(),
            verb: saved.verb,
            columns: saved.columns,
            at: saved.at,
            state: saved
                .failed
                .map_or(QueuedState::Waiting, QueuedState::Refused),
        })
    }

    /// Takes a kept write in; says whether it waits to be sent. `None` when it cannot be read.
    pub(crate) fn restore(&mut self, id: WriteId, text: &str) -> Option<bool> {
        let saved: Saved = serde_json::from_str(text).ok()?;
        let key = self.kind.key(&saved.key.to_string())?;
        let (kind, columns) = (self.kind, &saved.columns);
        let op = match saved.verb {
            Verb::Insert => Op::Insert {
                draft: kind.as_draft(columns)?,
            },
            Verb::Put => Op::Put {
                draft: kind.as_draft(columns)?,
            },
            Verb::Update => Op::Update {
                patch: kind.as_patch(columns)?,
                from: saved.from,
            },
            Verb::Delete => Op::Delete,
        };
        // A conflict is judged anew against the row as it is.
        let failed = saved.failed.filter(|no| no.code != "conflict");
        let waits = failed.is_none();
        // What is held may be older than what the person saw when they wrote it.
        let looked = match &op {
            Op::Update { .. } if waits => Looked::Owed(Why::NotHeld),
            Op::Update { .. } | Op::Insert { .. } | Op::Put { .. } | Op::Delete => Looked::No,
        };
        let write = Mutation {
            id,
            place: saved.place,
            at: saved.at,
            op,
            failed,
            // The note that its request has left may not have reached the disk.
            attempted: saved.attempted || waits,
            decided: saved.decided,
            sent: None,
            looked,
        };
        self.write(&key, write);
        // It is kept already.
        self.unsaved.remove(&id);
        self.noted.insert(id);
        Some(waits)
    }
}
