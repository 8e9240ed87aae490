//! When, where, by whom, and what about.

use leptos::prelude::*;
use model::Event;
use sync::Entry;
use uuid::Uuid;

use crate::{
    format::{Shape, show, show_in, span, zone},
    parts::{clock::Clock, name::Name, when::When},
};

/// The facts of an event, each on its line.
#[component]
pub fn Facts(row: Signal<Option<Entry<Event>>>) -> impl IntoView {
    let Clock(now) = expect_context();
    let of = move |read: fn(&Event) -> String| {
        row.with(|entry| entry.as_ref().map(|entry| read(&entry.row)))
            .unwrap_or_default()
    };
    let starts =
        Memo::new(move |_| row.with(|entry| entry.as_ref().map(|entry| entry.row.starts_at)));
    let start = Signal::derive(move || starts.get().unwrap_or_default());
    let host = row.with_untracked(|entry| {
        entry
            .as_ref()
            .map_or(Uuid::nil(), |entry| entry.row.host_id)
    });
    let location = Memo::new(move |_| of(|event| event.location.clone()));
    let description = Memo::new(move |_| of(|event| event.description.clone()));
    view! {
        <p class="event__fact">
            <When at=start shape=Shape::Short/>
            {move || of(until)}
            <span class="event__span">{move || span(start.get(), now.get())}</span>
        </p>
        <p class="event__fact" data-quiet="true">{move || of(elsewhere)}</p>
        <p class="event__fact">
            <Show when=move || location.with(|location| !location.is_empty())>
                <bdi class="event__place">{location}</bdi>
                " · "
            </Show>
            "by "
            <Name user=host/>
        </p>
        <Show when=move || description.with(|description| !description.is_empty())>
            <p class="event__about" dir="auto">{description}</p>
        </Show>
    }
}

/// ` to 22:00`, with the day when it is another.
fn until(event: &Event) -> String {
    let Some(end) = event.ends_at else {
        return String::new();
    };
    let same_day = crate::format::same_day(event.starts_at, end);
    [
        " to ",
        &show(end, if same_day { Shape::Time } else { Shape::Short }),
    ]
    .concat()
}

/// The time where the host reckons, when clocks there show another.
fn elsewhere(event: &Event) -> String {
    if event.time_zone == zone() {
        return String::new();
    }
    match show_in(event.starts_at, Shape::Short, &event.time_zone) {
        Some(there) if there != show(event.starts_at, Shape::Short) => {
            [&there, " in ", &event.time_zone.replace('_', " ")].concat()
        }
        Some(_) | None => String::new(),
    }
}
