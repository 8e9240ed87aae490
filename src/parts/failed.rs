//! What a refused write says at its row, and what one can do about it.

use leptos::prelude::*;
use sync::{Standing, Status};

use crate::{
    live::connection::Connection,
    parts::{confirm::Delete, copy::CopyText},
    wording::refusal::words,
};

/// Value of `data-standing`.
#[must_use]
pub fn standing_word(standing: &Standing) -> &'static str {
    match standing {
        Standing::Confirmed => "confirmed",
        Standing::Pending => "pending",
        Standing::Failed(_) => "failed",
    }
}

/// What a write is doing that has no answer yet: nothing is being sent without a connection.
fn pending_word(status: &Status) -> &'static str {
    match status {
        Status::Connecting | Status::CatchingUp | Status::Live => "Sending",
        Status::Offline { .. }
        | Status::Reconnecting { .. }
        | Status::SignInAgain
        | Status::Stopped { .. } => "Waiting",
    }
}

/// Nothing, `Sending` or `Waiting`, or the reason with `Retry` and `Discard`; text is lost only after a
/// question, and can be taken along.
#[component]
pub fn Failed(
    #[prop(into)] standing: Signal<Standing>,
    on_retry: Callback<()>,
    on_discard: Callback<()>,
    /// What was typed and would be lost.
    #[prop(optional, into)]
    text: Signal<String>,
) -> impl IntoView {
    let connection = use_context::<Connection>();
    let word = move || connection.map_or("Sending", |Connection(status)| status.with(pending_word));
    // What is asked stands as long as the answer is the same.
    let standing = Memo::new(move |_| standing.get());
    let copy = move || {
        let text = Some(text.get()).filter(|text| !text.is_empty())?;
        Some(view! { <CopyText text/> })
    };
    let has_text = Memo::new(move |_| text.with(|text| !text.is_empty()));
    let discard = move || {
        if has_text.get() {
            view! { <Delete verb="Discard" question="Discard what you wrote?" on_sure=on_discard/> }
                .into_any()
        } else {
            let press = move |_| on_discard.run(());
            view! {
                <button type="button" class="button" data-kind="quiet" on:click=press>"Discard"</button>
            }
            .into_any()
        }
    };
    move || {
        match standing.get() {
        Standing::Confirmed => None,
        Standing::Pending => Some(view! { <span class="pending">{word}</span> }.into_any()),
        Standing::Failed(rejection) => Some(
            view! {
                <div class="failed" role="alert">
                    <p class="failed__reason">"Not sent: "{words(&rejection)}</p>
                    <button type="button" class="button" on:click=move |_| on_retry.run(())>"Retry"</button>
                    {copy}
                    {discard}
                </div>
            }
            .into_any(),
        ),
    }
    }
}
