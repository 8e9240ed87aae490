//! How many messages wait to be read: a function of the messages and of the marks of their readers.

use leptos::prelude::*;
use model::{Conversation, Id, Pair, PrivateMessage};
use uuid::Uuid;

use crate::live::{LiveTable, connection::Loaded};

/// The counts; found in context. All that is unread is in the scope of the first load.
#[derive(Clone, Copy)]
pub struct Unread {
    me: Uuid,
    total: Signal<usize>,
}

/// One person's side of a conversation; whoever reads this is told when it changes.
#[must_use]
pub fn side(pair: Pair, owner: Uuid) -> Option<Conversation> {
    let sides = LiveTable::<Conversation>::here();
    let keys = sides.list(&pair).keys();
    keys.into_iter().find_map(|key| {
        sides.row(key).with(|entry| {
            let row = entry.as_ref().map(|entry| &entry.row);
            row.filter(|row| row.owner_id == owner)
                .map(|row| Conversation::clone(row))
        })
    })
}

/// The messages of a conversation that `me` has yet to read, the last first.
#[must_use]
pub fn unread(pair: Pair, me: Uuid) -> Vec<Id> {
    let messages = LiveTable::<PrivateMessage>::here();
    let until = side(pair, me).and_then(|side| side.read_until);
    messages.list(&pair).with(|list| {
        let entries = list
            .from_end()
            .filter_map(|key| Some((key, messages.entry(key)?.row)));
        entries
            .take_while(|(_, row)| until < Some(row.created_at))
            .filter(|(_, row)| row.recipient_id == me)
            .map(|(key, _)| key)
            .collect()
    })
}

impl Unread {
    /// Counts what `me` has yet to read, as long as the current owner lives.
    #[must_use]
    pub fn of(me: Uuid) -> Self {
        let messages = LiveTable::<PrivateMessage>::here();
        let count = move |pair| unread(pair, me).len();
        let Loaded(loaded) = expect_context();
        let total = Memo::new(move |_| match loaded.get() {
            true => messages.groups().into_iter().map(count).sum(),
            false => 0,
        });
        Self {
            me,
            total: total.into(),
        }
    }

    /// Of one conversation.
    #[must_use]
    pub fn count(self, pair: Pair) -> Signal<usize> {
        Memo::new(move |_| unread(pair, self.me).len()).into()
    }

    /// Of all.
    #[must_use]
    pub fn total(self) -> Signal<usize> {
        self.total
    }
}
