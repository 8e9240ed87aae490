//! How many messages wait to be read, by conversation.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{Pair, PrivateMessage};
use uuid::Uuid;

use crate::live::LiveTable;

/// The counts; found in context.
#[derive(Clone, Copy)]
pub struct Unread(Memo<BTreeMap<Pair, usize>>);

impl Unread {
    /// Counts what `me` has yet to read, as long as the current owner lives.
    #[must_use]
    pub fn of(me: Uuid) -> Self {
        let messages = LiveTable::<PrivateMessage>::here();
        Self(Memo::new(move |_| {
            let count = |pair: &Pair| {
                let unread = |key| {
                    let row = messages.row(key);
                    row.with(|entry| {
                        entry
                            .as_ref()
                            .is_some_and(|entry| entry.row.is_unread_by(me))
                    })
                };
                messages
                    .keys(pair)
                    .with(|keys| keys.iter().filter(|key| unread(**key)).count())
            };
            messages
                .groups()
                .with(|pairs| pairs.iter().map(|pair| (*pair, count(pair))).collect())
        }))
    }

    /// Of one conversation.
    #[must_use]
    pub fn count(self, pair: Pair) -> Signal<usize> {
        Memo::new(move |_| {
            self.0
                .with(|counts| counts.get(&pair).copied().unwrap_or_default())
        })
        .into()
    }

    /// Of all.
    #[must_use]
    pub fn total(self) -> Signal<usize> {
        Memo::new(move |_| self.0.with(|counts| counts.values().sum())).into()
    }
}
