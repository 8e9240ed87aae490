//! What was refused, at the place where it was typed.

use leptos::prelude::*;
use sync::{QueuedState, Verb, WriteId};

use super::{actions::Actions, reason, typed_in, write};
use crate::{live::connection::Queue, parts::show::Show};

/// The refused and conflicting changes of one row, each with its reason, what was typed, and a way on.
///
/// A refused new row is not here: it stays visible and tells of it itself.
#[component]
pub fn Refused(
    /// Its table.
    table: &'static str,
    /// Its key, by [`super::name_of_row`].
    row: String,
) -> impl IntoView {
    let queue = use_context::<Queue>();
    let found = Memo::new(move |_| {
        let here = |queue: &std::sync::Arc<[sync::Queued]>| {
            queue
                .iter()
                .filter(|queued| queued.table == table && queued.key == row)
                .filter(|queued| queued.needs_you() && queued.verb != Verb::Insert)
                .map(|queued| queued.id)
                .collect::<Vec<WriteId>>()
        };
        queue.map_or_else(Vec::new, |Queue(queue)| queue.with(here))
    });
    view! { <For each=move || found.get() key=|id| *id children=|id| view! { <OneRefused id/> }/> }
}

#[component]
fn OneRefused(id: WriteId) -> impl IntoView {
    let queued = write(id);
    // An alert is read out whenever it is made anew, so only its words follow the write.
    let words = Memo::new(move |_| {
        queued.with(|queued| {
            let state = &queued.as_ref()?.state;
            let lead = match state {
                QueuedState::Conflict(_) => "Not saved yet: ",
                QueuedState::Refused(_) => "Not saved: ",
                QueuedState::Sending | QueuedState::Waiting => return None,
            };
            Some([lead, &reason(state)?].concat())
        })
    });
    let typed = typed_in(queued);
    let text = move || {
        let text = Some(typed.get()).filter(|text| !text.is_empty())?;
        Some(view! { <p class="failed__text" dir="auto">{text}</p> })
    };
    view! {
        <Show when=move || words.with(Option::is_some)>
            <div class="failed" role="alert">
                <p class="failed__reason">{move || words.get()}</p>
                {text}
                <Actions id/>
            </div>
        </Show>
    }
}
