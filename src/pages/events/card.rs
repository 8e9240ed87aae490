//! One event.

use leptos::prelude::*;
use model::{Event, Id, event::EventPatch};
use sync::{Entry, Standing, Table};
use wire::Timestamp;

use crate::{
    format::{Shape, show},
    live::{LiveTable, connection::Me, writer::Writer},
    pages::events::{
        answer::OwnAnswer,
        attendees::Attendees,
        card::facts::Facts,
        editor::EventEditor,
        seats::{Seats, seating},
        share::Share,
        shelf::Archived,
    },
    parts::{
        clock::Clock,
        confirm::Delete,
        failed::{Failed, standing_word},
        focus,
        queue::{name_of_row, refused::Refused},
        show::Show,
    },
    route::Route,
};

mod facts;

/// The event as an article named by its title; for its host with `Edit` and `Delete`.
#[component]
pub fn EventCard(
    key: Id,
    /// How many attendees are named.
    #[prop(default = 12)]
    attendees: usize,
) -> impl IntoView {
    let writer = Writer::here();
    let Me(me) = expect_context();
    let row: Signal<Option<Entry<Event>>> = LiveTable::<Event>::here().row(key).into();
    let title = Memo::new(move |_| {
        row.with(|entry| entry.as_ref().map(|entry| entry.row.title.clone()))
            .unwrap_or_default()
    });
    let starts = Memo::new(move |_| {
        row.with(|entry| entry.as_ref().map(|entry| entry.row.starts_at))
            .unwrap_or(Timestamp(0))
    });
    let standing = Memo::new(move |_| {
        row.with(|entry| {
            entry
                .as_ref()
                .map_or(Standing::Confirmed, |entry| entry.standing.clone())
        })
    });
    let capacity =
        Memo::new(move |_| row.with(|entry| entry.as_ref().and_then(|entry| entry.row.capacity)));
    let archived = use_context::<Archived>().is_some();
    let is_host = !archived
        && row.with_untracked(|entry| entry.as_ref().is_some_and(|entry| entry.row.host_id == me));
    let failed =
        Memo::new(move |_| standing.with(|standing| matches!(standing, Standing::Failed(_))));
    let seating = seating(key.id);
    let cancelled = Memo::new(move |_| {
        row.with(|entry| entry.as_ref().is_some_and(|entry| entry.row.cancelled))
    });
    let Clock(now) = expect_context();
    let over = Memo::new(move |_| {
        row.with(|entry| {
            entry
                .as_ref()
                .is_some_and(|entry| entry.row.is_over(now.get()))
        })
    });
    let closed = Signal::derive(move || archived || cancelled.get() || over.get());
    let text = Memo::new(move |_| row.with(|entry| entry.as_ref().map(text).unwrap_or_default()));
    view! {
        <article
            class="event"
            id=key.id.to_string()
            aria-label=title
            data-standing=move || standing.with(standing_word)
            data-cancelled=move || cancelled.get().to_string()
        >
            <p class="event__date" aria-hidden="true">
                <span class="event__weekday">{move || show(starts.get(), Shape::Weekday)}</span>
                <span class="event__day">{move || show(starts.get(), Shape::DayOfMonth)}</span>
                <span class="event__month">{move || show(starts.get(), Shape::Month)}</span>
            </p>
            <div class="event__main">
                <h2 class="event__title"><a href=Route::Event(key.id).href()><bdi>{title}</bdi></a></h2>
                <Facts row/>
                <Show
                    when=move || !cancelled.get()
                    fallback=|| view! { <p class="event__cancelled">"Cancelled. It does not take place."</p> }
                >
                    <Seats capacity seating/>
                </Show>
                <Show when=move || !failed.get()>
                    <OwnAnswer event=key.id seating closed/>
                </Show>
                <Attendees event=key.id seating most=attendees/>
                {(attendees == usize::MAX).then(|| view! { <Share row/> })}
                {is_host.then(|| view! { <HostActions key/> })}
                <Failed
                    standing
                    on_retry=Callback::new(move |()| writer.retry::<Event>(key))
                    on_discard=Callback::new(move |()| writer.discard::<Event>(key))
                    text
                />
                <Refused table=Event::NAME row={name_of_row::<Event>(key)}/>
            </div>
        </article>
    }
}

/// What the host has typed.
fn text(entry: &Entry<Event>) -> String {
    let event = &entry.row;
    let mut texts = vec![&*event.title, &*event.description, &*event.location];
    texts.retain(|text| !text.is_empty());
    texts.join("\n\n")
}

#[component]
fn HostActions(key: Id) -> impl IntoView {
    let writer = Writer::here();
    let row = LiveTable::<Event>::here().row(key);
    let editor: EventEditor = expect_context();
    let cancelled = {
        let row = row.clone();
        Memo::new(move |_| {
            row.with(|entry| entry.as_ref().is_some_and(|entry| entry.row.cancelled))
        })
    };
    let cancel = Callback::new(move |cancelled: bool| {
        let patch = EventPatch {
            cancelled: Some(cancelled),
            ..EventPatch::default()
        };
        writer.update::<Event>(key, patch);
    });
    let edit = move |_| {
        row.with_untracked(|entry| {
            if let Some(entry) = entry {
                editor.open(&entry.row);
            }
        });
    };
    view! {
        <div class="event__actions">
            <button type="button" class="button" data-kind="quiet" on:click=edit>"Edit"</button>
            <Show
                when=move || cancelled.get()
                fallback=move || {
                    view! {
                        <Delete
                            verb="Cancel event"
                            question="Cancel this event? It stays to be seen, as cancelled."
                            on_sure=Callback::new(move |()| cancel.run(true))
                        />
                    }
                }
            >
                <button
                    type="button"
                    class="button"
                    data-kind="quiet"
                    on:click=move |event| {
                        focus::hold(&event);
                        cancel.run(false);
                    }
                >
                    "Hold it after all"
                </button>
            </Show>
            <Delete
                question="Delete this event for everyone?"
                on_sure=Callback::new(move |()| writer.delete::<Event>(key))
            />
        </div>
    }
}
