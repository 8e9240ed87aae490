//! Who comes, who may come, and who waits for a seat.

use leptos::prelude::*;
use model::{
    Answer, Rsvp,
    rsvp::{RsvpKey, seating::Seating},
};
use sync::Entry;
use uuid::Uuid;

use crate::{
    format::count,
    live::LiveTable,
    parts::{avatar::Avatar, failed::standing_word, name::Name, show::Show},
    route::Route,
};

/// The list `Attendees`: those who go, then those who may; and the `Waitlist` in its order.
#[component]
pub fn Attendees(
    event: Uuid,
    seating: Memo<Seating>,
    /// How many of each list are named; the page of the event has them all.
    most: usize,
) -> impl IntoView {
    let of = move |answers: &'static [Answer]| {
        Memo::new(move |_| {
            seating.with(|seating| {
                let rows = answers.iter().flat_map(|answer| seating.with(*answer));
                rows.map(|rsvp| (rsvp.status, rsvp.guests, rsvp.user_id))
                    .collect::<Vec<_>>()
            })
        })
    };
    let coming = of(&[Answer::Going, Answer::Maybe]);
    let waiting = of(&[Answer::Waiting]);
    let declined =
        Memo::new(move |_| seating.with(|seating| seating.with(Answer::Declined).count()));
    let cannot = move || count(declined.get(), "person cannot come.", "people cannot come.");
    view! {
        <People event people=coming most label="Attendees"/>
        <Show when=move || coming.with(Vec::is_empty)>
            <p class="quiet">"Nobody has said yes yet."</p>
        </Show>
        <Show when=move || waiting.with(|waiting| !waiting.is_empty())>
            <p class="attendees__title" aria-hidden="true">"Waitlist"</p>
            <People event people=waiting most label="Waitlist"/>
        </Show>
        <Show when=move || declined.get() != 0>
            <p class="quiet">{cannot}</p>
        </Show>
    }
}

#[component]
fn People(
    event: Uuid,
    people: Memo<Vec<(Answer, u32, Uuid)>>,
    most: usize,
    label: &'static str,
) -> impl IntoView {
    let named = move || people.with(|people| people.iter().take(most).copied().collect::<Vec<_>>());
    let more = Memo::new(move |_| people.with(|people| people.len().saturating_sub(most)));
    let any_more = move || more.get() > 0;
    let attendee =
        move |(answer, guests, user)| view! { <Attendee event user answer guests/> }.into_any();
    view! {
        <ul class="attendees" aria-label=label>
            <For each=named key=|entry| *entry children=attendee/>
        </ul>
        <Show when=any_more>
            <a class="attendees__more" href=Route::Event(event).href()>
                {move || ["and ", &more.get().to_string(), " more"].concat()}
            </a>
        </Show>
    }
    .into_any()
}

#[component]
fn Attendee(event: Uuid, user: Uuid, answer: Answer, guests: u32) -> impl IntoView {
    let row: Signal<Option<Entry<Rsvp>>> = LiveTable::<Rsvp>::here()
        .row(RsvpKey {
            event_id: event,
            user_id: user,
        })
        .into();
    let standing =
        move || row.with(|entry| entry.as_ref().map(|entry| standing_word(&entry.standing)));
    let note = match (answer, guests) {
        (Answer::Maybe, _) => Some("maybe".to_owned()),
        (_, 0) => None,
        (_, guests) => Some(["+", &guests.to_string()].concat()),
    };
    view! {
        <li
            class="attendee"
            id=[&event.to_string(), "_", &user.to_string()].concat()
            data-standing=standing
        >
            <Avatar user/>
            <Name user/>
            {note.map(|note| view! { <span class="attendee__note">{note}</span> })}
        </li>
    }
}
