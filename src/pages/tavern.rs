//! The room for all: what is said there, and where one says something.

use leptos::{
    html::{Button, Input},
    prelude::*,
};
use model::{Id, TavernMessage, tavern_message::TavernMessageDraft};
use sync::{Entry, Standing};

use crate::{
    live::{LiveTable, chain::Chain, connection::Me, list::List, writer::Writer},
    pages::tavern::{
        line::TavernLine,
        on_the_way::OnTheWay,
        reply::Answering,
        room::{Room, look_for_news, remember_read},
        search::Search,
        writing::WritingNow,
    },
    parts::{
        block::Blocked,
        composer::Composer,
        draft,
        empty::Empty,
        loading::Loading,
        log::Log,
        message::EditLine,
        opened::{Deed, on_deed},
        presence::count_here,
        show::Show,
    },
    route::{self, Route},
};

pub mod line;
pub mod on_the_way;
mod reactions;
pub mod reply;
pub mod room;
mod search;
pub mod writing;

/// The page.
#[component]
pub fn Tavern() -> impl IntoView {
    let messages = LiveTable::<TavernMessage>::here();
    let writer = Writer::here();
    let Me(me) = expect_context();
    let room = Room::provide(me);
    let edit = EditLine(RwSignal::new(None));
    provide_context(edit);
    let list = messages.list(&());
    let at_end = RwSignal::new(true);
    note_read(list, at_end);
    look_for_news(room, me, list);
    room.watch(me, move || {
        let last = list.with_untracked(Chain::last);
        Some(messages.entry(last?)?.row.created_at)
    });
    let is_mine = move |entry: &Entry<TavernMessage>| entry.row.author_id == me;
    let just_said = Callback::new(move |key: Id| {
        let entry = messages.entry(key);
        entry.is_some_and(|entry| is_mine(&entry) && entry.standing == Standing::Pending)
    });
    let line = Callback::new(move |(key, before)| view! { <TavernLine key before/> }.into_any());
    let say = Callback::new(move |body| {
        writer.insert::<TavernMessage>(TavernMessageDraft {
            id: writer.new_id(),
            author_id: me,
            body,
            reply_to: room.answering.get_untracked().map(|key| key.id),
        });
        room.answering.set(None);
    });
    let edit_last = Callback::new(move |()| {
        let editable = |key: &Id| {
            let entry = messages.entry(*key);
            entry.is_some_and(|entry| {
                is_mine(&entry) && !matches!(entry.standing, Standing::Failed(_))
            })
        };
        let last = list.with_untracked(|list| list.from_end().find(editable));
        edit.0.set(last.map(|key| key.id));
    });
    let here = count_here();
    let count = move || match here.get() {
        None | Some(0) => String::new(),
        Some(1) => "You are the only one here now.".to_owned(),
        Some(count) => [&count.to_string(), " people are here now."].concat(),
    };
    let blocked: Blocked = expect_context();
    let searching = RwSignal::new(false);
    let search = NodeRef::<Button>::new();
    let field = NodeRef::<Input>::new();
    on_deed(Deed::Search, move || {
        searching.set(true);
        // It may be open already. The window that asked for it gives the focus back first.
        request_animation_frame(move || {
            if let Some(field) = field.try_get_untracked().flatten() {
                let _ = field.focus();
            }
        });
    });
    let close_search = Callback::new(move |()| {
        searching.set(false);
        if let Some(search) = search.get_untracked() {
            let _ = search.focus();
        }
    });
    view! {
        <section class="page" data-room="chat">
            <header class="page__head">
                <h1 class="page__title">"Tavern"</h1>
                <p class="page__note">{count}</p>
                <button
                    type="button"
                    class="button page__action"
                    node_ref=search
                    aria-expanded=move || searching.get().to_string()
                    on:click=move |_| searching.update(|searching| *searching = !*searching)
                >
                    "Search"
                </button>
            </header>
            <Show when=move || searching.get()>
                <Search field on_close=close_search/>
            </Show>
            <Loading rows=6>
                <Log
                    label="Tavern chat"
                    list
                    line
                    just_said
                    empty=|| view! { <Empty words="No one has spoken yet tonight. Say hello."/> }
                    history=messages.history(&())
                    older=Callback::new(move |rows| writer.older::<TavernMessage>(&(), rows))
                    jump=room.jump
                    at_end
                />
                <OnTheWay list/>
                <WritingNow/>
                <Answering/>
                <Composer
                    draft=draft::name(me, "tavern")
                    hint="Say something to all"
                    on_send=say
                    on_change=Callback::new(move |nothing_left| {
                        // Whoever is not shown as here is not shown as writing either.
                        if blocked.0.with_untracked(|blocked| blocked.is_empty()) {
                            writer.typing(nothing_left);
                        }
                    })
                    on_up=edit_last
                    on_escape=Callback::new(move |()| room.answering.set(None))
                    mentions=true
                />
            </Loading>
        </section>
    }
}

/// Remembers how far one has read, while the end is in view on a visible screen.
fn note_read(list: List<Id>, at_end: RwSignal<bool>) {
    let Me(me) = expect_context();
    let messages = LiveTable::<TavernMessage>::here();
    let visible = crate::parts::visible::watch();
    let at = route::is_at(Route::Tavern);
    Effect::new(move |_| {
        let last = list.with(Chain::last);
        let last = last.and_then(|key| messages.entry(key));
        if let Some(last) = last.filter(|last| {
            // A line that waits bears the time of this device, which may be ahead.
            at_end.get() && visible.get() && at() && last.standing == Standing::Confirmed
        }) {
            remember_read(me, last.row.created_at);
        }
    });
}
