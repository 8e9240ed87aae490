//! The conversation with one member.

use std::collections::HashSet;

use leptos::prelude::*;
use model::{
    Id, Pair, PrivateMessage, User,
    private_message::{PrivateMessageDraft, PrivateMessagePatch},
};
use uuid::Uuid;

use crate::{
    format,
    live::{LiveTable, connection::Me, list::List, writer::Writer},
    pages::messages::{line::PrivateLine, unread::Unread},
    parts::{
        avatar::Avatar,
        composer::Composer,
        draft,
        empty::Empty,
        icon::{Icon, Sign},
        log::Log,
        name::{Name, name_of},
        presence::Presence,
        visible,
    },
    route::Route,
};

/// The conversation, or why there can be none.
#[component]
pub fn Conversation(other: Uuid) -> impl IntoView {
    let Me(me) = expect_context();
    let row = LiveTable::<User>::here().row(Id::from(other));
    let known = Memo::new(move |_| row.with(Option::is_some));
    let nobody = move |words| {
        view! {
            <Empty words>
                <a class="button" href=Route::Members.href()>"See the members"</a>
            </Empty>
        }
        .into_any()
    };
    move || match (other == me, known.get()) {
        (true, _) => nobody("That is you. Choose somebody else to write to."),
        (false, false) => nobody("There is no such member. They may have left."),
        (false, true) => view! { <Talk other me/> }.into_any(),
    }
}

#[component]
fn Talk(other: Uuid, me: Uuid) -> impl IntoView {
    let messages = LiveTable::<PrivateMessage>::here();
    let writer = Writer::here();
    let name = name_of(other);
    let pair = Pair::new(me, other);
    let list = messages.list(&pair);
    mark_read(pair, list, me);
    let mine = Callback::new(move |key: Id| {
        let entry = messages.entry(key);
        entry.is_some_and(|entry| entry.row.sender_id == me)
    });
    let line = Callback::new(move |(key, before)| view! { <PrivateLine key before/> }.into_any());
    let say = Callback::new(move |body| {
        writer.insert::<PrivateMessage>(PrivateMessageDraft {
            id: writer.new_id(),
            sender_id: me,
            recipient_id: other,
            body,
        });
    });
    view! {
        <header class="talk__head">
            <a class="button talk__back" data-kind="quiet" href=Route::Messages.href()>
                <Icon sign=Sign::Back/>
                <span class="quiet-words">"All messages"</span>
            </a>
            <Avatar user=other/>
            <h2 class="talk__name"><Name user=other/></h2>
            <Presence user=other/>
        </header>
        <Log
            label=Signal::derive(move || name.with(|name| ["Conversation with ", name].concat()))
            list
            line
            mine
            empty=|| view! { <Empty words="Nothing said yet. Only the two of you will read this."/> }
            history=messages.history(&pair)
            older=Callback::new(move |()| writer.older::<PrivateMessage>(&pair))
        />
        <Composer
            draft=draft::name(me, &other.to_string())
            hint=Signal::derive(move || name.with(|name| ["Write to ", name].concat()))
            on_send=say
        />
    }
}

/// Marks what was received as read while the conversation is on a visible screen.
fn mark_read(pair: Pair, list: List<Id>, me: Uuid) {
    let messages = LiveTable::<PrivateMessage>::here();
    let writer = Writer::here();
    let unread: Unread = expect_context();
    let waiting = unread.count(pair);
    let visible = visible::watch();
    // Each is marked once: one that the server refuses to mark would come back for ever.
    let marked = StoredValue::new(HashSet::<Id>::new());
    Effect::new(move |_| {
        if !visible.get() {
            return;
        }
        let is_unread = |key: &Id| {
            let entry = messages.entry(*key);
            entry.is_some_and(|entry| entry.row.is_unread_by(me))
        };
        let waiting = waiting.get();
        let unread: Vec<Id> = list.with(|list| {
            let unread = list.from_end().filter(is_unread);
            unread.take(waiting).collect()
        });
        // They are told in the order in which they were sent.
        for key in unread.into_iter().rev() {
            if marked.try_update_value(|marked| marked.insert(key)) == Some(true) {
                let patch = PrivateMessagePatch {
                    read_at: Some(format::now()),
                };
                writer.update::<PrivateMessage>(key, patch);
            }
        }
    });
}
