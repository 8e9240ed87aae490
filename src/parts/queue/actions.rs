//! What a person can do with a write that has not arrived.

use leptos::prelude::*;
use sync::{Queued, QueuedState, Verb, WriteId};

use super::{Settling, is_gone, typed_in, write};
use crate::{
    live::writer::Writer,
    parts::{confirm::Delete, copy::CopyText, show::Show},
};

/// What can be done with a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Can {
    retry: bool,
    settle: bool,
    discard: bool,
}

impl Can {
    fn with(queued: &Queued) -> Self {
        let (retry, settle, discard) = match &queued.state {
            // What may have arrived can no longer be held back, except that a new row is deleted again.
            QueuedState::Sending => (false, false, queued.verb == Verb::Insert),
            QueuedState::Waiting => (false, false, true),
            QueuedState::Refused(_) => (!is_gone(&queued.state), false, true),
            QueuedState::Conflict(_) => (false, true, true),
        };
        Self {
            retry,
            settle,
            discard,
        }
    }
}

/// `Retry` or `Settle…`, `Copy text`, `Discard`: each where it makes sense.
#[component]
pub fn Actions(
    /// The write.
    id: WriteId,
    /// Runs before a conflict is opened, for whatever stands in its way.
    #[prop(optional)]
    on_settle: Option<Callback<()>>,
) -> impl IntoView {
    let writer = use_context::<Writer>();
    let settling = use_context::<Settling>();
    let queued = write(id);
    let can = Memo::new(move |_| {
        queued.with(|queued| queued.as_ref().map(Can::with).unwrap_or_default())
    });
    let text = typed_in(queued);
    let has_text = Memo::new(move |_| text.with(|text| !text.is_empty()));
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
    let discard = move || {
        if has_text.get() {
            view! { <Delete verb="Discard" question="Discard what you wrote?" on_sure=give_up/> }
                .into_any()
        } else {
            let press = move |_| give_up.run(());
            view! {
                <button type="button" class="button" data-kind="quiet" on:click=press>"Discard"</button>
            }
            .into_any()
        }
    };
    let copy = move || {
        let text = Some(text.get()).filter(|text| !text.is_empty())?;
        Some(view! { <CopyText text/> })
    };
    view! {
        <span class="actions">
            <Show when=move || can.get().retry>
                <button type="button" class="button" on:click=press_retry>"Retry"</button>
            </Show>
            <Show when=move || can.get().settle>
                <button type="button" class="button" data-kind="primary" on:click=press_settle>
                    "Settle…"
                </button>
            </Show>
            {copy}
            // Hidden, not dropped: the question is still there when sending has come to nothing.
            <span hidden=move || !can.get().discard>{discard}</span>
        </span>
    }
}
