//! The room for all: what is said there, and where one says something.

use leptos::prelude::*;
use model::{Id, TavernMessage, tavern_message::TavernMessageDraft};

use crate::{
    live::{LiveTable, connection::Me, writer::Writer},
    pages::tavern::line::TavernLine,
    parts::{
        composer::Composer, draft, empty::Empty, loading::Loading, log::Log, presence::count_here,
    },
};

mod line;

/// The page.
#[component]
pub fn Tavern() -> impl IntoView {
    let messages = LiveTable::<TavernMessage>::here();
    let writer = Writer::here();
    let Me(me) = expect_context();
    let list = messages.list(&());
    let mine = Callback::new(move |key: Id| {
        let entry = messages.entry(key);
        entry.is_some_and(|entry| entry.row.author_id == me)
    });
    let line = Callback::new(move |(key, before)| view! { <TavernLine key before/> }.into_any());
    let say = Callback::new(move |body| {
        writer.insert::<TavernMessage>(TavernMessageDraft {
            id: writer.new_id(),
            author_id: me,
            body,
            reply_to: None,
        });
    });
    let here = count_here();
    let count = move || match here.get() {
        None | Some(0) => String::new(),
        Some(1) => "You are the only one here now.".to_owned(),
        Some(count) => [&count.to_string(), " people are here now."].concat(),
    };
    view! {
        <section class="page" data-room="chat">
            <header class="page__head">
                <h1 class="page__title">"Tavern"</h1>
                <p class="page__note">{count}</p>
            </header>
            <Loading rows=6>
                <Log
                    label="Tavern chat"
                    list
                    line
                    mine
                    empty=|| view! { <Empty words="No one has spoken yet tonight. Say hello."/> }
                    history=messages.history(&())
                    older=Callback::new(move |()| writer.older::<TavernMessage>(&()))
                />
                <Composer draft=draft::name(me, "tavern") hint="Say something to all" on_send=say/>
            </Loading>
        </section>
    }
}
