//! One line of a conversation.

use leptos::prelude::*;
use model::{Id, PrivateMessage, Settings};
use sync::{Entry, Standing, Table};

use crate::{
    live::{LiveTable, connection::Me, writer::Writer},
    pages::messages::unread::side,
    parts::message::{Message, Own, Spoken},
};

fn spoken(entry: Option<&Entry<PrivateMessage>>) -> Option<Spoken> {
    entry.map(|entry| Spoken {
        by: entry.row.sender_id,
        at: entry.row.created_at,
    })
}

/// The line; its sender sees whether it was read and can take it back.
#[component]
pub fn PrivateLine(key: Id, before: Signal<Option<Id>>) -> impl IntoView {
    let messages = LiveTable::<PrivateMessage>::here();
    let writer = Writer::here();
    let Me(me) = expect_context();
    let row: Signal<Option<Entry<PrivateMessage>>> = messages.row(key).into();
    let said = Memo::new(move |_| row.with(|entry| spoken(entry.as_ref())).unwrap_or_default());
    let said_before = Memo::new(move |_| {
        before
            .get()
            .and_then(|key| messages.row(key).with(|entry| spoken(entry.as_ref())))
    });
    let body = Memo::new(move |_| {
        row.with(|entry| entry.as_ref().map(|entry| entry.row.body.clone()))
            .unwrap_or_default()
    });
    let settings = LiveTable::<Settings>::here().row(me.into());
    let mark = Memo::new(move |_| {
        let read = row.with(|entry| {
            let row = entry.as_ref().map(|entry| &entry.row);
            row.filter(|row| row.sender_id == me).is_some_and(|row| {
                side(row.group(), row.recipient_id).is_some_and(|theirs| theirs.has_read(row))
            })
        });
        // Whoever keeps their own marks to themselves is shown none, not even those of before.
        let shared =
            || settings.with(|entry| entry.as_ref().is_some_and(|entry| entry.row.read_receipts));
        if read && shared() { "read" } else { "" }
    });
    let standing = Memo::new(move |_| {
        row.with(|entry| {
            entry
                .as_ref()
                .map_or(Standing::Confirmed, |entry| entry.standing.clone())
        })
    });
    let own = (said.get_untracked().by == me).then(|| Own {
        edit: None,
        delete: Callback::new(move |()| writer.delete::<PrivateMessage>(key)),
        retry: Callback::new(move |()| writer.retry::<PrivateMessage>(key)),
        discard: Callback::new(move |()| writer.discard::<PrivateMessage>(key)),
    });
    view! { <Message id=key.id spoken=said before=said_before body mark standing own table=PrivateMessage::NAME/> }
}
