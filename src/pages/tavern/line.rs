//! One line of the tavern.

use leptos::prelude::*;
use model::{Id, TavernMessage, tavern_message::TavernMessagePatch};
use sync::{Entry, Standing, Table};

use crate::{
    live::{LiveTable, connection::Me, writer::Writer},
    pages::tavern::{
        reactions::{React, Reactions},
        reply::{Quote, Reply},
        room::Room,
    },
    parts::message::{Edited, Message, Own, Spoken},
};

fn spoken(entry: Option<&Entry<TavernMessage>>) -> Option<Spoken> {
    entry.map(|entry| Spoken {
        by: entry.row.author_id,
        at: entry.row.created_at,
    })
}

/// The line; its author can edit and delete it.
#[component]
pub fn TavernLine(key: Id, before: Signal<Option<Id>>) -> impl IntoView {
    let messages = LiveTable::<TavernMessage>::here();
    let writer = Writer::here();
    let Me(me) = expect_context();
    let row: Signal<Option<Entry<TavernMessage>>> = messages.row(key).into();
    let said = Memo::new(move |_| row.with(|entry| spoken(entry.as_ref())).unwrap_or_default());
    let said_before = Memo::new(move |_| {
        before
            .get()
            .and_then(|key| messages.row(key).with(|entry| spoken(entry.as_ref())))
    });
    let room: Room = expect_context();
    let body = Memo::new(move |_| {
        row.with(|entry| entry.as_ref().map(|entry| entry.row.body.clone()))
            .unwrap_or_default()
    });
    let mark = Memo::new(move |_| {
        let edited = row.with(|entry| {
            entry
                .as_ref()
                .is_some_and(|entry| entry.row.edited_at.is_some())
        });
        if edited { "edited" } else { "" }
    });
    let standing = Memo::new(move |_| {
        row.with(|entry| {
            entry
                .as_ref()
                .map_or(Standing::Confirmed, |entry| entry.standing.clone())
        })
    });
    let own = (said.get_untracked().by == me).then(|| Own {
        edit: Some(Callback::new(move |edited: Edited| {
            let now = row.with_untracked(|entry| entry.as_ref().map(|entry| entry.row.clone()));
            let Some(now) = now else { return };
            // As it was when the editor was opened.
            let seen = TavernMessage {
                body: edited.old,
                ..(*now).clone()
            };
            let patch = TavernMessagePatch {
                body: Some(edited.new),
            };
            writer.update_since::<TavernMessage>(&seen, patch);
        })),
        delete: Callback::new(move |()| writer.delete::<TavernMessage>(key)),
        retry: Callback::new(move |()| writer.retry::<TavernMessage>(key)),
        discard: Callback::new(move |()| writer.discard::<TavernMessage>(key)),
    });
    let reply_to = row.with_untracked(|entry| entry.as_ref().and_then(|entry| entry.row.reply_to));
    let quote = reply_to.map(|to| view! { <Quote to=Id::from(to)/> }.into_any());
    let tools = ViewFn::from(move || {
        view! {
            <React message=key.id/>
            <Reply to=key/>
        }
        .into_any()
    });
    let below = view! { <Reactions message=key.id/> };
    let first_new = Memo::new(move |_| room.news.get() == Some(key));
    let calls_me = Memo::new(move |_| {
        let mentions = |name: &String| body.with(|body| prose::mentions(body, name));
        room.username.try_with(mentions) == Some(true)
    });
    view! { <Message id=key.id spoken=said before=said_before body mark standing own table=TavernMessage::NAME quote tools below=below.into_any() first_new calls_me/> }
}
