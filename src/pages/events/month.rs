//! The events of a month, on a sheet of days.

use leptos::prelude::*;
use model::{Event, Id};
use sync::{Entry, Table};
use wire::Timestamp;

use crate::{
    format::{self, Shape, month::Day, show},
    live::LiveTable,
    pages::events::{find::Found, month::past::Silence},
    parts::clock::Clock,
    route::{self, Route},
};

mod past;

/// What a day shows of an event.
#[derive(Clone, PartialEq)]
struct Note {
    key: Id,
    title: String,
    starts_at: Timestamp,
    over_at: Timestamp,
    cancelled: bool,
}

impl Note {
    fn of(entry: Option<&Entry<Event>>) -> Option<Self> {
        let event = &entry?.row;
        Some(Self {
            key: event.key(),
            title: event.title.clone(),
            starts_at: event.starts_at,
            over_at: event.over_at(),
            cancelled: event.cancelled,
        })
    }

    /// Whether it takes place, or part of it, between two times.
    fn touches(&self, begin: Timestamp, end: Timestamp) -> bool {
        self.starts_at < end && (self.starts_at >= begin || self.over_at > begin)
    }
}

/// A month, and the way to those before and after it.
#[component]
pub fn Month(
    found: Found,
    /// The one that the address names; else that of now.
    month: Memo<Option<route::month::Month>>,
) -> impl IntoView {
    let Clock(now) = expect_context();
    let events = LiveTable::<Event>::here();
    let first = Memo::new(move |_| {
        let month = month.get().or_else(|| format::month::of(now.get()));
        month.map_or_else(|| now.get(), format::month::begin)
    });
    let shelf = past::shelf(first);
    let notes = Memo::new(move |_| {
        let held = found.over.get().into_iter().chain(found.coming.get());
        let held = held.filter_map(|key| events.row(key).with(|entry| Note::of(entry.as_ref())));
        let asked = shelf.keys.get().into_iter();
        let asked = asked.filter(|key| events.row(*key).with(Option::is_none));
        let asked = asked
            .filter_map(|key| shelf.events.entry(key))
            .filter(|entry| found.means(&entry.row));
        let mut notes: Vec<Note> = held
            .chain(asked.filter_map(|entry| Note::of(Some(&entry))))
            .collect();
        notes.sort_by_key(|note| note.starts_at);
        notes
    });
    let any = Memo::new(move |_| {
        let (begin, end) = (first.get(), format::month::end(first.get()));
        notes.with(|notes| notes.iter().any(|note| note.touches(begin, end)))
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
                on:click=move |_| go(months, now.get_untracked())
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
                <Silence shelf first any search=Signal::derive(move || found.is_search())/>
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

/// Shows the month so many months after that of the address, which may be newer than what is drawn; for 0, that of now.
fn go(months: i32, now: Timestamp) {
    let Route::EventsByMonth(month) = route::now() else {
        return;
    };
    let today = format::month::of(now);
    let month = month.or(today).filter(|_| months != 0);
    let to = month.and_then(|month| month.later(months));
    if to.is_some() || months == 0 {
        route::replace(Route::EventsByMonth(to.filter(|_| to != today)));
    }
}

#[component]
fn DayCell(day: Day, notes: Memo<Vec<Note>>) -> impl IntoView {
    let Clock(now) = expect_context();
    let is_today = move || (day.begin <= now.get() && now.get() < day.end).then_some("date");
    let of_day = move || {
        notes.with(|notes| {
            let here = notes.iter().filter(|note| note.touches(day.begin, day.end));
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
