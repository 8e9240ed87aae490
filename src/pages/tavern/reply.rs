//! Answering a message: what is quoted above the answer, and above the field while one writes it.

use leptos::prelude::*;
use model::{Id, TavernMessage};
use sync::History;
use uuid::Uuid;

use crate::{live::LiveTable, pages::tavern::room::Room, parts::name::Name};

/// Characters of the quoted message.
const LENGTH: usize = 140;

/// Author and first words of a message, as far as it is here.
fn quoted(key: Id) -> Memo<Option<(Uuid, String)>> {
    let row = LiveTable::<TavernMessage>::here().row(key);
    Memo::new(move |_| {
        row.with(|entry| {
            let row = &entry.as_ref()?.row;
            let words: String = prose::plain(&row.body).chars().take(LENGTH).collect();
            Some((row.author_id, words))
        })
    })
}

/// The message that is answered, in one line that leads to it.
#[component]
pub fn Quote(to: Id) -> impl IntoView {
    let room: Room = expect_context();
    let quoted = quoted(to);
    let history = LiveTable::<TavernMessage>::here().history(&());
    let inside = move || match quoted.get() {
        Some((author, words)) => view! {
            <Name user=author/>
            <span class="quote__words" dir="auto">{words}</span>
        }
        .into_any(),
        None if history.get() == History::Complete => {
            view! { <span class="quote__words">"A message that was taken back"</span> }.into_any()
        }
        None => view! { <span class="quote__words">"An earlier message"</span> }.into_any(),
    };
    view! {
        <button type="button" class="quote" on:click=move |_| room.jump.to(to)>
            <span class="quiet-words">"In answer to "</span>
            {inside}
        </button>
    }
    .into_any()
}

/// `Reply`.
#[component]
pub fn Reply(to: Id) -> impl IntoView {
    let room: Room = expect_context();
    let answer = move |_| {
        room.answering.set(Some(to));
        focus_field();
    };
    view! {
        <button type="button" class="button" data-kind="quiet" on:click=answer>"Reply"</button>
    }
    .into_any()
}

/// What is being answered, above the field; `Do not reply` makes it a message like others.
#[component]
pub fn Answering() -> impl IntoView {
    let room: Room = expect_context();
    move || {
        room.answering.get().map(|key| {
            view! {
                <div class="answering" role="group" aria-label="In answer to">
                    <Quote to=key/>
                    <button
                        type="button"
                        class="button"
                        data-kind="quiet"
                        on:click=move |_| {
                            room.answering.set(None);
                            focus_field();
                        }
                    >
                        "Do not reply"
                    </button>
                </div>
            }
            .into_any()
        })
    }
}

fn focus_field() {
    use wasm_bindgen::JsCast;
    let field = document()
        .query_selector(".composer > textarea")
        .ok()
        .flatten();
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}
