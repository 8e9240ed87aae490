//! Words in private: the conversations, and the one that is open.

use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    pages::messages::{conversation::Conversation, list::ConversationList, start::NewMessage},
    parts::{empty::Empty, loading::Loading},
    route::Route,
};

mod conversation;
mod line;
mod list;
mod start;
pub mod unread;

/// The page; with whom a conversation is open, if with anyone.
#[component]
pub fn Messages(#[prop(into)] with: Signal<Option<Uuid>>) -> impl IntoView {
    view! {
        <section class="page" data-room="messages" data-open=move || with.get().is_some().to_string()>
            <header class="page__head">
                <h1 class="page__title">"Messages"</h1>
                <NewMessage/>
            </header>
            <Loading rows=5>
                <div class="messages">
                    <ConversationList open=with/>
                    <div class="messages__open">
                        {move || match with.get() {
                            Some(other) => view! { <Conversation other/> }.into_any(),
                            None => view! {
                                <Empty words="Open a conversation, or start one with a member.">
                                    <a class="button" href=Route::Members.href()>"See the members"</a>
                                </Empty>
                            }
                            .into_any(),
                        }}
                    </div>
                </div>
            </Loading>
        </section>
    }
}
