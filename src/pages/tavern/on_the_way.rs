//! What is said while a message of long ago is looked for: how far one is, and the way to stop.

use leptos::prelude::*;
use model::{Id, TavernMessage};

use crate::{
    format::{self, Shape},
    live::{LiveTable, chain::Chain, list::List},
    pages::tavern::room::Room,
    parts::show::Show,
};

/// The words of the jump, and while it lasts the day that was reached.
#[component]
pub fn OnTheWay(list: List<Id>) -> impl IntoView {
    let Room { jump, .. } = expect_context();
    let messages = LiveTable::<TavernMessage>::here();
    let reached = Memo::new(move |_| {
        let first = list.with(Chain::first).filter(|_| jump.is_on_the_way());
        let first = first.and_then(|key| messages.entry(key));
        first.map(|first| format::show(first.row.created_at, Shape::Date))
    });
    view! {
        <div class="on-the-way">
            <p class="page__status" role="status">{jump.words()}</p>
            <Show when=move || jump.is_on_the_way()>
                // Not told each time that it changes.
                <span class="page__status" aria-hidden="true">{reached}</span>
                <button type="button" class="button" data-kind="quiet" on:click=move |_| jump.stop()>"Stop"</button>
            </Show>
        </div>
    }
    .into_any()
}
