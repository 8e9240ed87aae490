//! Writes that have not arrived, where they are told of.

use leptos::{context::Provider, prelude::*};
use model::{Event, Id};
use serde_json::{Map, Value, json};
use sync::{Conflict, ConflictColumn, Queued, QueuedState, Rejection, Rev, Table, Verb, WriteId};
use uuid::Uuid;

use super::sample;
use crate::{
    live::connection::{Kept, Queue},
    parts::{
        conflict::ConflictDialog,
        queue::{Settling, name_of_row, panel::QueuePanel, refused::Refused},
        rescue::{Rescue, Rescued, RescuedTexts},
        sign_out::SignOut,
    },
};

fn queue() -> Vec<Queued> {
    let refused = Rejection {
        code: "23514".to_owned(),
        constraint: Some("events_title_length".to_owned()),
        message: String::new(),
    };
    let clash = Conflict {
        rev: Rev(2),
        columns: vec![ConflictColumn {
            name: "title".to_owned(),
            before: json!("Quiz night"),
            mine: json!("Quiz night, with cake"),
            theirs: json!("Quiz evening"),
        }],
    };
    let states = [
        QueuedState::Sending,
        QueuedState::Waiting,
        QueuedState::Refused(refused),
        QueuedState::Conflict(clash),
    ];
    let write = |(number, state): (u64, QueuedState)| Queued {
        id: WriteId { engine: 0, number },
        table: Event::NAME,
        key: name_of_row::<Event>(Id::from(Uuid::from_u128(sample::EVENTS[0].0))),
        verb: Verb::Update,
        columns: Map::from_iter([("title".to_owned(), Value::from("Quiz night, with cake"))]),
        at: sample::at(-1),
        state,
    };
    (0..).zip(states).map(write).collect()
}

/// What was refused at its place, and buttons that open the panel and the settlement of a conflict.
#[component]
pub fn Unsent() -> impl IntoView {
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    let settling = RwSignal::new(None);
    let conflict = WriteId {
        engine: 0,
        number: 3,
    };
    let kept = Kept {
        unsaved: Signal::stored(1),
        refused: Signal::stored(true),
        newer: Signal::stored(1),
        elsewhere: Signal::stored(queue().into()),
    };
    let row = name_of_row::<Event>(Id::from(Uuid::from_u128(sample::EVENTS[0].0)));
    let panel = move || {
        open.get()
            .then(|| view! { <QueuePanel since=Signal::stored(sample::at(-1)) on_close=close/> })
    };
    view! {
        <Provider value=Queue(Signal::stored(queue().into()))>
            <Provider value=Settling(settling)>
                <Provider value=kept>
                    <Refused table=Event::NAME row/>
                    <p class="settings__row">
                        <button type="button" class="button" on:click=move |_| open.set(true)>"Open the panel"</button>
                        <button type="button" class="button" on:click=move |_| settling.set(Some(conflict))>
                            "Open the conflict"
                        </button>
                    </p>
                    <p class="settings__row"><SignOut/></p>
                    {panel}
                    <ConflictDialog/>
                </Provider>
            </Provider>
        </Provider>
    }
}

/// Texts that have lost their place.
pub fn rescued() -> AnyView {
    let rescue = Rescue {
        why: "The message that you were changing is no longer there.",
        text: "A long text, typed with care.".to_owned(),
        draft: None,
    };
    view! { <Provider value=Rescued(RwSignal::new(vec![rescue]))><RescuedTexts/></Provider> }
        .into_any()
}
