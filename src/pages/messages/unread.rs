//! How many messages wait to be read, by conversation.

use leptos::prelude::*;
use model::{Pair, PrivateMessage};
use uuid::Uuid;

use crate::live::{LiveTable, tally::Tally};

/// The counts; found in context.
#[derive(Clone, Copy)]
pub struct Unread(Tally<PrivateMessage>);

impl Unread {
    /// Counts what `me` has yet to read, as long as the current owner lives.
    #[must_use]
    pub fn of(me: Uuid) -> Self {
        let messages = LiveTable::<PrivateMessage>::here();
        Self(messages.tally(move |message| message.is_unread_by(me)))
    }

    /// Of one conversation.
    #[must_use]
    pub fn count(self, pair: Pair) -> Signal<usize> {
        self.0.of(&pair)
    }

    /// Of all.
    #[must_use]
    pub fn total(self) -> Signal<usize> {
        self.0.total()
    }
}
