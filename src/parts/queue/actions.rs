//! What a person can do with a write that has not arrived.

use leptos::prelude::*;
use sync::{Queued, QueuedState, Verb};

use super::{Settling, is_gone};
use crate::{
    live::writer::Writer,
    parts::{confirm::Delete, copy::CopyText},
    wording::write::typed,
};

/// `Retry` or `Settle…`, `Copy text`, `Discard`: each where it makes sense.
#[component]
pub fn Actions(
    queued: Queued,
    /// Runs before a conflict is opened, for whatever stands in its way.
    #[prop(optional)]
    on_settle: Option<Callback<()>>,
) -> impl IntoView {
    let writer = use_context::<Writer>();
    let settling = use_context::<Settling>();
    let id = queued.id;
    let text = typed(queued.table, &queued.columns);
    let (retry, settle, discard) = match &queued.state {
        // What may have arrived can no longer be held back, except that a new row is deleted again.
        QueuedState::Sending => (false, false, queued.verb == Verb::Insert),
        QueuedState::Waiting => (false, false, true),
        QueuedState::Refused(_) => (!is_gone(&queued.state), false, true),
        QueuedState::Conflict(_) => (false, true, true),
    };
    let press_retry = move |_| {
        if let Some(writer) = writer {
            writer.retry_write(id);
        }
    };
    let press_settle = move |_| {
        if let Some(Settling(settling)) = settling {
            if let Some(on_settle) = on_settle {
                on_settle.run(());
            }
            settling.set(Some(id));
        }
    };
    let give_up = Callback::new(move |()| {
        if let Some(writer) = writer {
            writer.discard_write(id);
        }
    });
    let discard = discard.then(|| {
        if text.is_empty() {
            let press = move |_| give_up.run(());
            view! {
                <button type="button" class="button" data-kind="quiet" on:click=press>"Discard"</button>
            }
            .into_any()
        } else {
            view! { <Delete verb="Discard" question="Discard what you wrote?" on_sure=give_up/> }
                .into_any()
        }
    });
    view! {
        <span class="actions">
            {retry.then(|| view! { <button type="button" class="button" on:click=press_retry>"Retry"</button> })}
            {settle
                .then(|| {
                    view! {
                        <button type="button" class="button" data-kind="primary" on:click=press_settle>
                            "Settle…"
                        </button>
                    }
                })}
            {(!text.is_empty()).then(|| view! { <CopyText text/> })}
            {discard}
        </span>
    }
}
