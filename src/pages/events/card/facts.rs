//! When, where, by whom, and what about.

use leptos::prelude::*;
use model::Event;
use sync::Entry;
use uuid::Uuid;

use crate::{
    format::{self, Shape, show, show_in, span, zone::place},
    parts::{clock::Clock, name::Name, show::Show, when::When},
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
            {move || of(whose)}
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
    let same_day = format::same_day(event.starts_at, end);
    [
        " to ",
        &show(end, if same_day { Shape::Time } else { Shape::Short }),
    ]
    .concat()
}

/// The time where the event takes place, when clocks there show another.
fn elsewhere(event: &Event) -> String {
    let zone = &event.time_zone;
    let there = |time, shape| show_in(time, shape, zone);
    let (start, Some(there_starts)) = (event.starts_at, there(event.starts_at, Shape::Short))
    else {
        return String::new();
    };
    // An event may begin while the clocks agree and end when they do not any more.
    let same_end = event.ends_at.is_none_or(|end| {
        there(end, Shape::Short).is_none_or(|there| there == show(end, Shape::Short))
    });
    if *zone == format::zone() || (there_starts == show(start, Shape::Short) && same_end) {
        return String::new();
    }
    let until = event.ends_at.and_then(|end| {
        let same_day = there(start, Shape::Date) == there(end, Shape::Date);
        let end = there(end, if same_day { Shape::Time } else { Shape::Short })?;
        Some([" to ", &end].concat())
    });
    let until = until.unwrap_or_default();
    [&there_starts, &until, " in ", &place(zone)].concat()
}

/// Says whose time it is, when there are two.
fn whose(event: &Event) -> String {
    if elsewhere(event).is_empty() {
        String::new()
    } else {
        " your time".to_owned()
    }
}
