//! All conversations, the latest first.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{Conversation, Pair, PrivateMessage};
use sync::{Entry, History};
use uuid::Uuid;
use wire::Timestamp;

use crate::{
    format::{Shape, same_day},
    live::{LiveTable, chain::Chain, connection::Me},
    pages::messages::unread::{Unread, side},
    parts::{avatar::Avatar, clock::Clock, empty::Empty, name::Name, show::Show, when::When},
    route::Route,
};

/// The last message of a conversation.
fn last<V>(pair: Pair, read: impl FnOnce(&Entry<PrivateMessage>) -> V) -> Option<V> {
    let messages = LiveTable::<PrivateMessage>::here();
    let key = messages.list(&pair).with(Chain::last)?;
    messages.row(key).with(|entry| entry.as_ref().map(read))
}

/// The conversations of `me`: those with messages, and those with a mark of theirs.
fn all(me: Uuid) -> BTreeSet<Pair> {
    let marked = LiveTable::<Conversation>::here().groups();
    let mut all: BTreeSet<_> = LiveTable::<PrivateMessage>::here()
        .groups()
        .into_iter()
        .collect();
    all.extend(marked.into_iter().filter(|pair| side(*pair, me).is_some()));
    all
}

/// When something was last said. What is older than all that is loaded was read, so the mark tells; none
/// when all that was said was taken back.
fn active(pair: Pair, me: Uuid) -> Option<Timestamp> {
    last(pair, |entry| entry.row.created_at).or_else(|| {
        let history = LiveTable::<PrivateMessage>::here().history(&pair);
        let older = history.with(|history| *history != History::Complete);
        let side = side(pair, me).filter(|_| older)?;
        Some(side.read_until.unwrap_or(side.created_at))
    })
}

/// The list; `open` is marked.
#[component]
pub fn ConversationList(open: Signal<Option<Uuid>>) -> impl IntoView {
    let Me(me) = expect_context();
    let sorted = Memo::new(move |_| {
        let dated = all(me)
            .into_iter()
            .filter_map(|pair| Some((active(pair, me)?, pair)));
        let dated = sync::in_order(dated.collect(), |a, b| b.cmp(a));
        dated.into_iter().map(|(_, pair)| pair).collect::<Vec<_>>()
    });
    view! {
        <div class="conversations">
            <ul class="conversations__list" aria-label="Conversations">
                <For
                    each=move || sorted.get()
                    key=|pair| *pair
                    children=move |pair| view! { <ConversationLink pair open/> }
                />
            </ul>
            <Show when=move || sorted.with(Vec::is_empty) && open.get().is_some()>
                <Empty words="No conversation yet."/>
            </Show>
        </div>
    }
}

#[component]
fn ConversationLink(pair: Pair, open: Signal<Option<Uuid>>) -> impl IntoView {
    let Me(me) = expect_context();
    let Clock(now) = expect_context();
    let unread: Unread = expect_context();
    let other = pair.other(me);
    let unread = unread.count(pair);
    let any_unread = move || unread.get() > 0;
    let at = Memo::new(move |_| active(pair, me).unwrap_or(Timestamp(0)));
    let shape = Signal::derive(move || {
        if same_day(at.get(), now.get()) {
            Shape::Time
        } else {
            Shape::Date
        }
    });
    let preview = Memo::new(move |_| {
        let line = |entry: &Entry<PrivateMessage>| {
            let mine = if entry.row.sender_id == me {
                "You: "
            } else {
                ""
            };
            let start: String = prose::plain(&entry.row.body).chars().take(120).collect();
            [mine, &start].concat()
        };
        last(pair, line).unwrap_or_else(|| "Earlier messages".to_owned())
    });
    view! {
        <li class="conversation-link" id=["with-", &other.to_string()].concat()>
            <a
                class="conversation-link__link"
                href=Route::Conversation(other).href()
                aria-current=move || (open.get() == Some(other)).then_some("page")
                data-unread=move || any_unread().to_string()
            >
                <Avatar user=other/>
                <Name user=other/>
                <When at shape/>
                <span class="conversation-link__preview" dir="auto">{preview}</span>
                <Show when=any_unread>
                    <span class="badge">{unread}<span class="quiet-words">" unread"</span></span>
                </Show>
            </a>
        </li>
    }
}
