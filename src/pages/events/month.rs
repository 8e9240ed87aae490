//! The events of a month, on a sheet of days.

use leptos::prelude::*;
use model::{Event, Id};
use wire::Timestamp;

use crate::{
    format::{self, Shape, month::Day, show},
    live::LiveTable,
    pages::events::find::Found,
    parts::clock::Clock,
    route::Route,
};

/// What a day shows of an event.
#[derive(Clone, PartialEq)]
struct Note {
    key: Id,
    title: String,
    starts_at: Timestamp,
    over_at: Timestamp,
    cancelled: bool,
}

/// The month of now, and those before and after it.
#[component]
pub fn Month(found: Found) -> impl IntoView {
    let Clock(now) = expect_context();
    let events = LiveTable::<Event>::here();
    let ahead = RwSignal::new(0_i32);
    let first = Memo::new(move |_| format::month::first(now.get(), ahead.get()));
    let notes = Memo::new(move |_| {
        let note = |key: Id| {
            events.row(key).with(|entry| {
                let event = &entry.as_ref()?.row;
                Some(Note {
                    key,
                    title: event.title.clone(),
                    starts_at: event.starts_at,
                    over_at: event.over_at(),
                    cancelled: event.cancelled,
                })
            })
        };
        let keys = found.over.get().into_iter().rev();
        keys.chain(found.coming.get())
            .filter_map(note)
            .collect::<Vec<_>>()
    });
    let weeks = move || {
        let days = format::month::sheet(first.get());
        let weeks = days.chunks(7).map(|week| {
            let days = week.iter().map(|day| view! { <DayCell day=*day notes/> });
            view! { <tr>{days.collect_view()}</tr> }
        });
        weeks.collect_view()
    };
    let weekdays = move || {
        let days = format::month::sheet(first.get());
        let heads = days.iter().take(7).map(|day| {
            view! { <th scope="col">{show(day.begin, Shape::Weekday)}</th> }
        });
        heads.collect_view()
    };
    let step = move |months: i32, name: &'static str| {
        view! {
            <button
                type="button"
                class="button"
                data-kind="quiet"
                on:click=move |_| ahead.update(|ahead| *ahead = if months == 0 { 0 } else { *ahead + months })
            >
                {name}
            </button>
        }
    };
    let name = move || show(first.get(), Shape::MonthOfYear);
    view! {
        <div class="month">
            <div class="month__head">
                <h2 class="month__name" aria-live="polite">{name}</h2>
                {step(-1, "Earlier")}
                {step(0, "Today")}
                {step(1, "Later")}
            </div>
            <table class="month__sheet" aria-label=name>
                <thead><tr>{weekdays}</tr></thead>
                <tbody>{weeks}</tbody>
            </table>
        </div>
    }
}

#[component]
fn DayCell(day: Day, notes: Memo<Vec<Note>>) -> impl IntoView {
    let Clock(now) = expect_context();
    let is_today = move || (day.begin <= now.get() && now.get() < day.end).then_some("date");
    let of_day = move || {
        notes.with(|notes| {
            let here = notes.iter().filter(|note| {
                note.starts_at < day.end
                    && (note.starts_at >= day.begin || note.over_at > day.begin)
            });
            here.cloned().collect::<Vec<_>>()
        })
    };
    let line = move |note: Note| {
        let time = if note.starts_at >= day.begin {
            show(note.starts_at, Shape::Time)
        } else {
            "…".to_owned()
        };
        view! {
            <li>
                <a
                    class="month__event"
                    href=Route::Event(note.key.id).href()
                    data-cancelled=note.cancelled.to_string()
                >
                    <span class="month__time">{time}</span>
                    " "
                    <bdi>{note.title}</bdi>
                </a>
            </li>
        }
    };
    view! {
        <td class="month__day" data-outside=day.is_outside.to_string() aria-current=is_today>
            <span class="month__number">
                <span class="month__weekday">{show(day.begin, Shape::Weekday)}" "</span>
                {show(day.begin, Shape::DayOfMonth)}
            </span>
            <ul><For each=of_day key=|note| (note.key, note.title.clone(), note.starts_at, note.cancelled) children=line/></ul>
        </td>
    }
}
