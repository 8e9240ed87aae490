//! A list of messages that stays at its end while one reads there, and stays put while one does not.

use std::{collections::HashMap, sync::Arc};

use leptos::{html::Div, prelude::*};
use model::Id;

/// Draws one line: its key, and the key of the line before it.
pub type Line = Callback<(Id, Signal<Option<Id>>), AnyView>;

/// The `role=log`. Its style sheet lays it out from the end (`column-reverse`), so that the browser
/// itself keeps it at the end while it grows; 0 is the end and what is above is negative.
#[component]
pub fn Log(
    /// Accessible name.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] keys: Signal<Arc<[Id]>>,
    line: Line,
    /// Whether a line is one's own: those are always scrolled to.
    mine: Callback<Id, bool>,
    #[prop(into)] empty: ViewFn,
) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let at_end = RwSignal::new(true);
    let last_read = RwSignal::new(None::<Id>);
    let before = Memo::new(move |_| {
        keys.with(|keys| {
            keys.windows(2)
                .map(|pair| (pair[1], pair[0]))
                .collect::<HashMap<_, _>>()
        })
    });
    let fresh = Memo::new(move |_| {
        if at_end.get() {
            return 0;
        }
        let read = last_read.get();
        keys.with(|keys| {
            let place = keys.iter().rposition(|key| Some(*key) == read);
            place.map_or(0, |place| keys.len() - place - 1)
        })
    });
    let any_fresh = move || fresh.get() > 0;
    let to_end = move || {
        if let Some(node) = node.get_untracked() {
            node.set_scroll_top(0);
        }
    };
    Effect::new(move |old: Option<Option<Id>>| {
        let last = keys.with(|keys| keys.last().copied());
        if old.is_some_and(|old| old != last) && last.is_some_and(|last| mine.run(last)) {
            to_end();
        }
        last
    });
    let on_scroll = move |_| {
        let Some(node) = node.get_untracked() else {
            return;
        };
        let is_at_end = node.scroll_top() > -32;
        if is_at_end != at_end.get_untracked() {
            last_read.set(keys.with_untracked(|keys| keys.last().copied()));
            at_end.set(is_at_end);
        }
    };
    view! {
        <div class="log">
            <div
                class="log__room"
                role="log"
                tabindex="0"
                aria-label=label
                node_ref=node
                on:scroll=on_scroll
            >
                <Show
                    when=move || keys.with(|keys| !keys.is_empty())
                    fallback=move || empty.run()
                >
                    <ol class="log__lines">
                        <For
                            each=move || keys.get().to_vec()
                            key=|key| *key
                            children=move |key| {
                                let before = Memo::new(move |_| before.with(|b| b.get(&key).copied()));
                                line.run((key, before.into()))
                            }
                        />
                    </ol>
                </Show>
            </div>
            <Show when=any_fresh>
                <button type="button" class="button log__fresh" data-kind="primary" on:click=move |_| to_end()>
                    {move || [&fresh.get().to_string(), " new"].concat()}
                </button>
            </Show>
        </div>
    }
}
