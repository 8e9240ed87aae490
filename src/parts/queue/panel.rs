//! The panel behind the status: what is true now and since when, and what waits to be sent.

use leptos::prelude::*;
use sync::{Queued, QueuedState, WriteId};

use super::{actions::Actions, reason, typed_in, write};
use crate::{
    format::{self, Shape},
    live::connection::{AsOf, Connection, Kept, Queue},
    parts::{dialog::Dialog, doctor::Doctor, show::Show, status, when::When},
    wording::write::{sentence, typed},
};

/// The dialog `Connection`.
#[component]
pub fn QueuePanel(
    /// Since when the connection is as it is.
    since: Signal<wire::Timestamp>,
    on_close: Callback<()>,
) -> impl IntoView {
    let Connection(connection) = expect_context();
    let AsOf(as_of) = expect_context();
    let Queue(queue) = expect_context();
    let ids = Memo::new(move |_| {
        queue.with(|queue| queue.iter().map(|queued| queued.id).collect::<Vec<_>>())
    });
    let title = move || match ids.with(Vec::len) {
        0 => "Nothing waits in this tab".to_owned(),
        count => format::count(count, "change is not sent", "changes are not sent"),
    };
    let Kept { elsewhere, .. } = expect_context();
    let others = move || {
        let count = elsewhere.with(|queue| queue.len());
        format::count(
            count,
            "more waits in another tab, where it is sent or settled.",
            "more wait in other tabs, where they are sent or settled.",
        )
    };
    let lines = move || elsewhere.with(|queue| queue.iter().map(line).collect_view());
    view! {
        <Dialog title="Connection" on_close>
            <p class="panel__now">
                <strong>{move || connection.with(status::words)}</strong>
                " since "
                <When at=since shape=Shape::Time/>
                ". "
                {move || connection.with(status::meaning)}
                {move || as_of.get().map(|at| [" What you see is kept on this device, as of ", &status::short(at), "."].concat())}
            </p>
            <Safety/>
            <h3 class="panel__title">{title}</h3>
            <ul class="panel__queue" aria-label="Unsent changes">
                <For
                    each=move || ids.get()
                    key=|id| *id
                    children=move |id| view! { <Waiting id on_settle=on_close/> }
                />
            </ul>
            <Show when=move || elsewhere.with(|queue| !queue.is_empty())>
                <p class="quiet">{others}</p>
                <ul class="panel__queue" aria-label="Unsent changes of other tabs">{lines}</ul>
            </Show>
            <Doctor/>
        </Dialog>
    }
}

/// What becomes of the queue when this tab is closed, where that is not what one expects.
#[component]
fn Safety() -> impl IntoView {
    let Kept { refused, newer, .. } = expect_context();
    let waits = move || {
        let waits = newer.get();
        (waits > 0).then(|| {
            let changes = format::count(
                waits,
                "change; it stays stored",
                "changes; they stay stored",
            );
            let words = [
                "This version of the app cannot read ",
                &changes,
                ". Reload to get a newer one.",
            ]
            .concat();
            view! { <p class="panel__note">{words}</p> }
        })
    };
    view! {
        <Show when=move || refused.get()>
            <p class="panel__note">
                "This browser can store nothing for the tavern now. Unsent changes last only as long as this tab."
            </p>
        </Show>
        {waits}
    }
}

/// How far a write is, in words.
fn how(state: &QueuedState) -> String {
    let begin = match state {
        QueuedState::Sending => "Sending",
        QueuedState::Waiting => "Waiting",
        QueuedState::Refused(_) => "Refused: ",
        QueuedState::Conflict(_) => "Conflict: ",
    };
    [begin, &reason(state).unwrap_or_default()].concat()
}

/// What waits in another tab: that tab alone can do something about it.
fn line(queued: &Queued) -> AnyView {
    let at = Signal::stored(queued.at);
    let text = Some(typed(queued.table, &queued.columns)).filter(|text| !text.is_empty());
    view! {
        <li class="waiting">
            <p class="waiting__what"><bdi>{sentence(queued)}</bdi><When at shape=Shape::Time/></p>
            {text.map(|text| view! { <p class="waiting__text" dir="auto">{text}</p> })}
            <p class="waiting__state">{how(&queued.state)}</p>
        </li>
    }
    .into_any()
}

#[component]
fn Waiting(id: WriteId, on_settle: Callback<()>) -> impl IntoView {
    let queued = write(id);
    let state = move || {
        queued.with(|queued| match queued.as_ref().map(|queued| &queued.state) {
            Some(QueuedState::Sending) => "sending",
            Some(QueuedState::Waiting) | None => "waiting",
            Some(QueuedState::Refused(_)) => "refused",
            Some(QueuedState::Conflict(_)) => "conflict",
        })
    };
    let what = move || queued.with(|queued| queued.as_ref().map(sentence));
    let typed = typed_in(queued);
    let text = move || {
        let text = Some(typed.get()).filter(|text| !text.is_empty())?;
        Some(view! { <p class="waiting__text" dir="auto">{text}</p> })
    };
    let at = Signal::derive(move || {
        queued.with(|queued| queued.as_ref().map(|queued| queued.at).unwrap_or_default())
    });
    let how = move || queued.with(|queued| queued.as_ref().map(|queued| how(&queued.state)));
    view! {
        <li class="waiting" data-state=state>
            <p class="waiting__what"><bdi>{what}</bdi><When at shape=Shape::Time/></p>
            {text}
            <p class="waiting__state">{how}</p>
            <Actions id on_settle/>
        </li>
    }
}
