//! One's own answer to an event, in three buttons.

use leptos::prelude::*;
use model::{
    Answer, Rsvp,
    rsvp::{RsvpDraft, RsvpKey},
};
use sync::{Entry, Standing, Table};
use uuid::Uuid;

use crate::{
    live::{LiveTable, connection::Me, writer::Writer},
    parts::{
        failed::Failed,
        queue::{name_of_row, refused::Refused},
    },
};

const ANSWERS: [(Answer, &str); 3] = [
    (Answer::Going, "Going"),
    (Answer::Maybe, "Maybe"),
    (Answer::Declined, "Not going"),
];

/// `Going`, `Maybe`, `Not going`; pressing the pressed one withdraws the answer.
#[component]
pub fn OwnAnswer(event: Uuid) -> impl IntoView {
    let Me(me) = expect_context();
    let writer = Writer::here();
    let key = RsvpKey {
        event_id: event,
        user_id: me,
    };
    let row: Signal<Option<Entry<Rsvp>>> = LiveTable::<Rsvp>::here().row(key).into();
    let standing = Memo::new(move |_| {
        row.with(|entry| {
            entry
                .as_ref()
                .map_or(Standing::Confirmed, |entry| entry.standing.clone())
        })
    });
    let given = Memo::new(move |_| {
        row.with(|entry| match entry {
            Some(entry) => match &entry.standing {
                Standing::Confirmed | Standing::Pending => Some(entry.row.status),
                Standing::Failed(_) => None,
            },
            None => None,
        })
    });
    let press = move |status: Answer| {
        if given.get_untracked() == Some(status) {
            writer.delete::<Rsvp>(key);
        } else {
            writer.put::<Rsvp>(RsvpDraft {
                event_id: event,
                user_id: me,
                status,
            });
        }
    };
    let button = move |(answer, name): (Answer, &'static str)| {
        view! {
            <button
                type="button"
                class="answer__button"
                aria-pressed=move || (given.get() == Some(answer)).to_string()
                on:click=move |_| press(answer)
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="answer" role="group" aria-label="Your answer">{ANSWERS.map(button).into_iter().collect_view()}</div>
        <Failed
            standing
            on_retry=Callback::new(move |()| writer.retry::<Rsvp>(key))
            on_discard=Callback::new(move |()| writer.discard::<Rsvp>(key))
        />
        <Refused table=Rsvp::NAME row={name_of_row::<Rsvp>(key)}/>
    }
}
