//! One's own answer to an event, and whom one brings.

use leptos::prelude::*;
use model::{
    Answer, Event, Rsvp,
    rsvp::{
        RsvpDraft, RsvpKey,
        seating::{Seating, ordinal},
    },
};
use sync::{Entry, Standing, Table};
use uuid::Uuid;

use crate::{
    format::count,
    live::{LiveTable, connection::Me, writer::Writer},
    parts::{
        failed::Failed,
        queue::{name_of_row, refused::Refused},
        seated::Seated,
        show::Show,
    },
};

const ANSWERS: [Answer; 3] = [Answer::Going, Answer::Maybe, Answer::Declined];

/// What one has answered, what came of it, and how many one brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Given {
    answer: Answer,
    guests: u32,
    /// Whether one had to wait for the seat.
    seated: bool,
}

/// `Going`, `Maybe`, `Not going`; pressing the pressed one withdraws the answer.
#[component]
pub fn OwnAnswer(
    event: Uuid,
    seating: Memo<Seating>,
    /// Whether no answers are taken any more; one that was refused still says so.
    closed: Signal<bool>,
) -> impl IntoView {
    let Me(me) = expect_context();
    let writer = Writer::here();
    let key = RsvpKey {
        event_id: event,
        user_id: me,
    };
    let invitation = LiveTable::<Event>::here().row(event.into());
    let seats = Memo::new(move |_| {
        invitation.with(|entry| {
            let event = entry.as_ref().map(|entry| &entry.row);
            event.map_or((None, 0), |event| (event.capacity, event.guest_limit))
        })
    });
    let row: Signal<Option<Entry<Rsvp>>> = LiveTable::<Rsvp>::here().row(key).into();
    let standing = Memo::new(move |_| {
        row.with(|entry| {
            entry
                .as_ref()
                .map_or(Standing::Confirmed, |entry| entry.standing.clone())
        })
    });
    let seated: Seated = expect_context();
    let given = Memo::new(move |_| {
        let is_seated = seated.has(event);
        row.with(|entry| {
            let Entry { row, standing } = entry.as_ref()?;
            (!matches!(standing, Standing::Failed(_))).then_some(Given {
                answer: row.status,
                guests: row.guests,
                seated: is_seated && row.status == Answer::Going,
            })
        })
    });
    let outlook = move |guests: u32| {
        let (capacity, _) = seats.get();
        seating.with(|seating| seating.outlook(me, guests, capacity))
    };
    let put = move |status: Answer, guests: u32| {
        // Shown until the database has decided; it takes both for the wish to come.
        let status = match status {
            Answer::Going | Answer::Waiting => untrack(|| outlook(guests)),
            Answer::Maybe | Answer::Declined => status,
        };
        writer.put::<Rsvp>(RsvpDraft {
            event_id: event,
            user_id: me,
            status,
            guests,
        });
    };
    let is_given = move |answer: Answer| match (given.get().map(|given| given.answer), answer) {
        (Some(Answer::Waiting), Answer::Going) => true,
        (given, answer) => given == Some(answer),
    };
    let press = move |answer: Answer| {
        if untrack(|| is_given(answer)) {
            writer.delete::<Rsvp>(key);
        } else {
            put(answer, 0);
        }
    };
    let name = move |answer: Answer| match answer {
        Answer::Going | Answer::Waiting => match given.get().map(|given| given.answer) {
            Some(Answer::Waiting) => "Waitlist",
            Some(Answer::Going) => "Going",
            Some(Answer::Maybe | Answer::Declined) | None => match outlook(0) {
                Answer::Waiting => "Join waitlist",
                Answer::Going | Answer::Maybe | Answer::Declined => "Going",
            },
        },
        Answer::Maybe => "Maybe",
        Answer::Declined => "Not going",
    };
    let button = move |answer: Answer| {
        view! {
            <button
                type="button"
                class="answer__button"
                aria-pressed=move || is_given(answer).to_string()
                on:click=move |_| press(answer)
            >
                {move || name(answer)}
            </button>
        }
    };
    let outcome = move || {
        let given = given.get()?;
        let (capacity, _) = seats.get();
        seating.with(|seating| outcome(given, seating, me, capacity))
    };
    let brings = Memo::new(move |_| {
        let coming = given.get().filter(|given| match given.answer {
            Answer::Going | Answer::Waiting => true,
            Answer::Maybe | Answer::Declined => false,
        });
        let (_, limit) = seats.get();
        coming
            .map(|given| (given.guests, limit))
            .filter(|(guests, limit)| guests.max(limit) > &0)
    });
    let bring = Callback::new(move |guests: u32| put(Answer::Going, guests));
    view! {
        <Show when=move || !closed.get()>
            <div class="answer" role="group" aria-label="Your answer">
                {ANSWERS.map(button).into_iter().collect_view()}
            </div>
            <Show when=move || brings.get().is_some()><Guests brings bring/></Show>
            <p class="answer__outcome" role="status">{outcome}</p>
        </Show>
        <Failed
            standing
            on_retry=Callback::new(move |()| writer.retry::<Rsvp>(key))
            on_discard=Callback::new(move |()| writer.discard::<Rsvp>(key))
        />
        <Refused table=Rsvp::NAME row={name_of_row::<Rsvp>(key)}/>
    }
}

/// What came of the wish to come, where there is more to say than the pressed button does.
fn outcome(given: Given, seating: &Seating, me: Uuid, capacity: Option<u32>) -> Option<String> {
    if given.seated {
        return Some("A seat became free: you are going.".to_owned());
    }
    let place = seating.place(me)?;
    let words = ["You are on the waitlist (", &ordinal(place), ")."].concat();
    let free = capacity?.saturating_sub(seating.taken());
    if place > 1 || free == 0 || given.guests == 0 {
        return Some(words);
    }
    let free = count(free as usize, "seat is free", "seats are free");
    Some(
        [
            &words,
            " ",
            &free,
            "; with fewer guests you could be going.",
        ]
        .concat(),
    )
}

/// One guest more or fewer.
#[component]
fn Guests(brings: Memo<Option<(u32, u32)>>, bring: Callback<u32>) -> impl IntoView {
    let guests = move || brings.get().unwrap_or_default().0;
    let is_most = move || brings.get().is_none_or(|(guests, limit)| guests >= limit);
    let step = move |more: bool| {
        let guests = untrack(guests);
        bring.run(if more {
            guests + 1
        } else {
            guests.saturating_sub(1)
        });
    };
    view! {
        <div class="guests" role="group" aria-label="Your guests">
            <button
                type="button"
                class="guests__step"
                aria-label="One guest fewer"
                aria-disabled=move || (guests() == 0).to_string()
                on:click=move |_| {
                    if untrack(guests) > 0 {
                        step(false);
                    }
                }
            >
                "−"
            </button>
            <output class="guests__count">
                {move || match guests() {
                    0 => "You alone".to_owned(),
                    some => ["You and ", &count(some as usize, "guest", "guests")].concat(),
                }}
            </output>
            <button
                type="button"
                class="guests__step"
                aria-label="One guest more"
                aria-disabled=move || is_most().to_string()
                on:click=move |_| {
                    if !untrack(is_most) {
                        step(true);
                    }
                }
            >
                "+"
            </button>
        </div>
    }
}
