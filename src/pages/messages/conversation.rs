//! The conversation with one member.

use leptos::prelude::*;
use model::{
    Conversation as Side, Id, Pair, PrivateMessage, User, private_message::PrivateMessageDraft,
};
use sync::Standing;
use uuid::Uuid;

use crate::{
    live::{LiveTable, connection::Me, writer::Writer},
    pages::messages::{
        line::PrivateLine,
        unread::{side, unread},
    },
    parts::{
        avatar::Avatar,
        block::{BlockButton, Blocked},
        composer::Composer,
        draft,
        empty::Empty,
        icon::{Icon, Sign},
        log::Log,
        name::{Name, called},
        presence::Presence,
        visible,
    },
    route::{self, Route},
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
    let name = called(other);
    let pair = Pair::new(me, other);
    let list = messages.list(&pair);
    let at_end = RwSignal::new(true);
    mark_read(pair, me, at_end);
    let blocked: Blocked = expect_context();
    let just_said = Callback::new(move |key: Id| {
        let entry = messages.entry(key);
        entry.is_some_and(|entry| entry.row.sender_id == me && entry.standing == Standing::Pending)
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
            <h2 class="talk__name"><a href=Route::Member(other).href()><Name user=other/></a></h2>
            <Presence user=other/>
            <div class="talk__actions"><BlockButton user=other/></div>
        </header>
        <Log
            label=Signal::derive(move || name.with(|name| ["Conversation with ", name].concat()))
            list
            line
            just_said
            empty=|| view! { <Empty words="Nothing said yet. Only the two of you will read this."/> }
            history=messages.history(&pair)
            older=Callback::new(move |rows| writer.older::<PrivateMessage>(&pair, rows))
            at_end
        />
        {move || {
            if blocked.has(other) {
                view! {
                    <p class="talk__blocked" role="status">
                        "You block this member. Neither of you can write to the other."
                    </p>
                }
                .into_any()
            } else {
                view! {
                    <Composer
                        draft=draft::name(me, &other.to_string())
                        hint=Signal::derive(move || name.with(|name| ["Write to ", name].concat()))
                        on_send=say
                    />
                }
                .into_any()
            }
        }}
    }
}

/// Marks what was received as read while the end of the conversation is in view on a visible screen.
fn mark_read(pair: Pair, me: Uuid, at_end: RwSignal<bool>) {
    let messages = LiveTable::<PrivateMessage>::here();
    let writer = Writer::here();
    let visible = visible::watch();
    // Who has left for another page reads no more here, though it may still be drawn.
    let at = route::is_at(Route::Conversation(pair.other(me)));
    let last = Memo::new(move |_| unread(pair, me).first().copied());
    // Each is marked once: a mark that the server refuses would come back for ever.
    let marked = StoredValue::new(None);
    Effect::new(move |_| {
        let mine = side(pair, me);
        let Some(key) = last.get().filter(|_| at_end.get() && visible.get() && at()) else {
            return;
        };
        let draft = mine
            .zip(messages.entry(key))
            .and_then(|(mine, message)| mine.read(&message.row));
        if let Some(draft) = draft
            && marked.get_value() != Some(key)
        {
            marked.set_value(Some(key));
            writer.put::<Side>(draft);
        }
    });
}
