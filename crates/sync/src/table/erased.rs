//! A replica without its type: what the engine does to every table alike.

use std::any::Any;

use serde_json::value::RawValue;
use wire::change::Change;

use super::{
    outgoing::AnyWrites,
    path::row_path,
    replica::{Reaction, Replica},
    scope::AnyScope,
};
use crate::{Rev, Table};

/// A single row to ask REST for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) key: String,
    pub(crate) path: String,
    pub(crate) before: Option<Rev>,
}

/// What became of a change of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It is in, or was known.
    Done,
    /// The record says too little: the row with this key, as JSON, has to be fetched.
    Fetch(String),
    /// Not even the key could be read.
    Unread,
}

pub(crate) trait AnyReplica: Any + AnyScope + AnyWrites {
    fn name(&self) -> &'static str;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
    fn bury(&mut self, key: &RawValue, rev: Rev);
    fn change(&mut self, change: &Change) -> Applied;
    fn wanted(&self, key: &str) -> Option<Wanted>;
    /// Takes in the answer to [`Wanted`]: a JSON list of at most one row.
    /// Says whether it could be read.
    fn fetched(&mut self, wanted: &Wanted, body: &str, step: u64) -> bool;
}

impl<T: Table> AnyReplica for Replica<T> {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn bury(&mut self, key: &RawValue, rev: Rev) {
        if let Ok(key) = serde_json::from_str(key.get()) {
            Self::bury(self, key, rev);
        }
    }

    fn change(&mut self, change: &Change) -> Applied {
        match Self::change(self, change) {
            Some(Reaction::Done) => Applied::Done,
            Some(Reaction::Fetch(key)) => {
                serde_json::to_string(&key).map_or(Applied::Unread, Applied::Fetch)
            }
            None => Applied::Unread,
        }
    }

    fn wanted(&self, key: &str) -> Option<Wanted> {
        let typed: T::Key = serde_json::from_str(key).ok()?;
        let before = self.base(&typed).map(|row| row.rev());
        let path = format!("{}&select=*", row_path::<T>(&typed));
        Some(Wanted {
            key: key.to_owned(),
            path,
            before,
        })
    }

    fn fetched(&mut self, wanted: &Wanted, body: &str, step: u64) -> bool {
        let (Ok(key), Ok(rows)) = (
            serde_json::from_str(&wanted.key),
            serde_json::from_str::<Vec<T>>(body),
        ) else {
            return false;
        };
        Self::fetched(self, key, rows.into_iter().next(), wanted.before, step);
        true
    }
}
