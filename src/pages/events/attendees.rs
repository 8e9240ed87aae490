//! Who comes, and who may come.

use leptos::prelude::*;
use model::{Answer, Rsvp, rsvp::RsvpKey};
use sync::Entry;
use uuid::Uuid;

use crate::{
    live::LiveTable,
    parts::{avatar::Avatar, failed::standing_word, name::Name},
    route::Route,
};

/// The list `Attendees`: those who go, then those who may.
#[component]
pub fn Attendees(
    event: Uuid,
    answers: Memo<Vec<(Answer, Uuid)>>,
    /// How many are named; the page of the event has them all.
    most: usize,
) -> impl IntoView {
    let coming = Memo::new(move |_| {
        let comes = |(answer, _): &(Answer, Uuid)| match answer {
            Answer::Going | Answer::Maybe => true,
            Answer::Declined => false,
        };
        answers.with(|answers| answers.iter().copied().filter(comes).collect::<Vec<_>>())
    });
    let named = move || coming.with(|coming| coming.iter().take(most).copied().collect::<Vec<_>>());
    let nobody = move || coming.with(Vec::is_empty);
    let more = Memo::new(move |_| coming.with(|coming| coming.len().saturating_sub(most)));
    let any_more = move || more.get() > 0;
    view! {
        <ul class="attendees" aria-label="Attendees">
            <For each=named key=|entry| *entry children=move |(answer, user)| view! { <Attendee event user answer/> }/>
        </ul>
        <Show when=any_more>
            <a class="attendees__more" href=Route::Event(event).href()>
                {move || ["and ", &more.get().to_string(), " more"].concat()}
            </a>
        </Show>
        <Show when=nobody>
            <p class="quiet">"Nobody has said yes yet."</p>
        </Show>
    }
}

#[component]
fn Attendee(event: Uuid, user: Uuid, answer: Answer) -> impl IntoView {
    let row: Signal<Option<Entry<Rsvp>>> = LiveTable::<Rsvp>::here()
        .row(RsvpKey {
            event_id: event,
            user_id: user,
        })
        .into();
    let standing =
        move || row.with(|entry| entry.as_ref().map(|entry| standing_word(&entry.standing)));
    view! {
        <li
            class="attendee"
            id=[&event.to_string(), "_", &user.to_string()].concat()
            data-standing=standing
        >
            <Avatar user/>
            <Name user/>
            {(answer == Answer::Maybe).then(|| view! { <span class="attendee__maybe">"maybe"</span> })}
        </li>
    }
}
