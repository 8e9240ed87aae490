//! What else is on, beside an event that is open.

use leptos::prelude::*;
use model::{Event, Id};

use crate::{
    format::{Shape, show},
    live::LiveTable,
    pages::events::find::Found,
    route::Route,
};

/// Links to the events to come.
#[component]
pub fn Side(found: Found, #[prop(into)] open: Signal<Option<Id>>) -> impl IntoView {
    let events = LiveTable::<Event>::here();
    let link = move |key: Id| {
        let row = events.row(key);
        let read = move |read: fn(&Event) -> String| {
            row.with(|entry| entry.as_ref().map(|entry| read(&entry.row)))
        };
        let time = {
            let read = read.clone();
            move || read(|event| show(event.starts_at, Shape::Short))
        };
        view! {
            <a
                class="side__event"
                href=Route::Event(key.id).href()
                aria-current=move || (open.get() == Some(key)).then_some("page")
            >
                <span class="side__time">{time}</span>
                <bdi class="side__title">{move || read(|event| event.title.clone())}</bdi>
            </a>
        }
    };
    view! {
        <nav class="events__side" aria-label="Events to come">
            <For each=move || found.coming.get() key=|key| *key children=link/>
        </nav>
    }
}
