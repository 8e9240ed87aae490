//! What is on.

use leptos::prelude::*;
use model::{Event, Id};
use uuid::Uuid;

use crate::{
    format,
    live::{LiveTable, chain::Chain},
    pages::events::{card::EventCard, dialog::EventDialog, editor::EditedEvent, form::EventForm},
    parts::{
        clock::Clock,
        empty::Empty,
        icon::{Icon, Sign},
        loading::Loading,
    },
    route::Route,
};

mod answer;
mod attendees;
mod card;
mod dialog;
mod editor;
mod form;
mod seats;

/// The page of all events.
#[component]
pub fn Events() -> impl IntoView {
    let events = LiveTable::<Event>::here();
    let list = events.list(&());
    let Clock(now) = expect_context();
    let is_over = move |key: &Id| {
        let end = events.row(*key).with(|entry| {
            entry
                .as_ref()
                .map(|entry| entry.row.ends_at.unwrap_or(entry.row.starts_at))
        });
        end.is_some_and(|end| end < now.get())
    };
    let parted = Memo::new(move |_| {
        let (mut over, coming): (Vec<Id>, Vec<Id>) = list.keys().into_iter().partition(is_over);
        over.reverse();
        (coming, over)
    });
    // The form outlives its dialog: what was typed is still there when it is opened again.
    let form = EventForm::blank();
    let writing = RwSignal::new(false);
    let close = Callback::new(move |()| writing.set(false));
    let editor = editor::provide();
    let count = move || match parted.with(|(coming, _)| coming.len()) {
        0 => "Nothing is planned.".to_owned(),
        coming => format::count(coming, "event to come", "events to come"),
    };
    view! {
        <section class="page">
            <header class="page__head">
                <h1 class="page__title">"Events"</h1>
                <p class="page__note">{count}</p>
                <button
                    type="button"
                    class="button"
                    data-kind="primary"
                    on:click=move |_| writing.set(true)
                >
                    "New event"
                </button>
            </header>
            <Show when=move || writing.get()>
                <EventDialog form on_close=close/>
            </Show>
            <EditedEvent editor/>
            <Loading rows=4>
                <div class="events">
                    <For
                        each=move || parted.with(|(coming, _)| coming.clone())
                        key=|key| *key
                        children=|key| view! { <EventCard key/> }
                    />
                </div>
                <Show when=move || list.with(Chain::is_empty)>
                    <Empty words="The calendar is empty. Plan the first evening."/>
                </Show>
                <Show when=move || parted.with(|(_, over)| !over.is_empty())>
                    <h2 class="events__title">"Over"</h2>
                </Show>
                <div class="events" data-over="true">
                    <For
                        each=move || parted.with(|(_, over)| over.clone())
                        key=|key| *key
                        children=|key| view! { <EventCard key/> }
                    />
                </div>
            </Loading>
        </section>
    }
}

/// The page of one event.
#[component]
pub fn OneEvent(id: Uuid) -> impl IntoView {
    let row = LiveTable::<Event>::here().row(Id::from(id));
    let known = Memo::new(move |_| row.with(Option::is_some));
    let editor = editor::provide();
    view! {
        <section class="page">
            <header class="page__head">
                <h1 class="quiet-words">"Event"</h1>
                <a class="button" data-kind="quiet" href=Route::Events.href()>
                    <Icon sign=Sign::Back/>
                    "All events"
                </a>
            </header>
            <EditedEvent editor/>
            <Loading rows=1>
                <Show
                    when=move || known.get()
                    fallback=|| {
                        view! {
                            <Empty words="There is no such event. It may have been taken back, or be long over."/>
                        }
                    }
                >
                    <div class="events" data-one="true">
                        <EventCard key=Id::from(id) attendees=usize::MAX/>
                    </div>
                </Show>
            </Loading>
        </section>
    }
}
