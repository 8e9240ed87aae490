//! A list of messages that stays at its end while one reads there, and stays put while one does not.

use std::time::Duration;

use leptos::{html::Div, prelude::*};
use model::Id;
use sync::{History, PAGE};

pub mod jump;

use jump::Jump;

use crate::{
    driver::clock::Timer,
    live::{chain::Chain, list::List},
    parts::{message::EditLine, rows::Rows, show::Show},
};

/// So long after one has scrolled, lines that come are news again, and not what was drawn on the way.
const SETTLED: Duration = Duration::from_millis(400);

/// So many of the last lines are remembered when one leaves the end.
const KNOWN: usize = 30;

/// Draws one line: its key, and the key of the line before it.
pub type Line = Callback<(Id, Signal<Option<Id>>), AnyView>;

/// The `role=log`. Its style sheet lays it out from the end (`column-reverse`), so that the browser
/// itself keeps it at the end while it grows; 0 is the end and what is above is negative.
#[component]
pub fn Log(
    /// Accessible name.
    #[prop(into)]
    label: Signal<String>,
    list: List<Id>,
    line: Line,
    /// Whether a line is one's own and still on its way: those are always scrolled to.
    just_said: Callback<Id, bool>,
    #[prop(into)] empty: ViewFn,
    /// What is known of earlier lines than those of the list.
    #[prop(into)]
    history: Signal<History>,
    /// Asks for so many of them.
    older: Callback<usize>,
    /// Where the log is asked to go.
    #[prop(optional)]
    jump: Option<Jump>,
    /// Told whether the end is in view.
    #[prop(optional)]
    at_end: Option<RwSignal<bool>>,
) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let at_end = at_end.unwrap_or_else(|| RwSignal::new(true));
    // The lines that were the last when one left the end: some of them may be deleted meanwhile.
    let last_read = RwSignal::new(Vec::<Id>::new());
    let fresh = Memo::new(move |_| {
        if at_end.get() {
            return 0;
        }
        let is_new = |read: &[Id], list: &Chain<Id>| {
            let known = read.iter().find(|key| list.contains(**key));
            known.map_or(0, |known| {
                list.from_end().take_while(|key| key != known).count()
            })
        };
        last_read.with(|read| list.with(|list| is_new(read, list)))
    });
    let any_fresh = move || fresh.get() > 0;
    // A screen or more from the end, one wants a way back.
    let far = RwSignal::new(false);
    let latest = move || far.get() && fresh.get() == 0;
    let rows = Rows::new(list, move |key, before| line.run((key, before)));
    if let Some(jump) = jump {
        jump.follow(list, history, older, rows, node);
    }
    if let Some(EditLine(line)) = use_context() {
        // It opens as soon as it is drawn, wherever it stands. An effect may run once more after the page
        // that it belongs to has gone.
        Effect::new(move |_| {
            let line = line.try_get().flatten().map(Id::from);
            untrack(|| line.and_then(|line| rows.reveal(line)));
        });
    }
    let to_end = move || {
        // Who is there stays there.
        if let Some(node) = node.get_untracked().filter(|node| node.scroll_top() != 0) {
            node.set_scroll_top(0);
            rows.look();
        }
    };
    // The button goes when one is there; the focus stays with what one reads.
    let go_to_end = move |_| {
        if let Some(node) = node.get_untracked() {
            let _ = node.focus();
        }
        to_end();
    };
    Effect::new(move |old: Option<Option<Id>>| {
        let last = list.with(Chain::last);
        if old.is_some_and(|old| old != last) && last.is_some_and(|last| just_said.run(last)) {
            to_end();
        }
        last
    });
    let is_empty = move || list.with(|list| list.is_empty());
    // Nothing is in scope, though there may be something older.
    Effect::new(move |_| {
        if history.get() == History::More && is_empty() {
            older.run(PAGE);
        }
    });
    let settled = RwSignal::new(true);
    let settling = StoredValue::new_local(None);
    let on_scroll = move |_| {
        let Some(node) = node.get_untracked() else {
            return;
        };
        settled.set(false);
        settling.set_value(Some(Timer::new(SETTLED, move || settled.set(true))));
        rows.look();
        far.set(node.scroll_top() < -node.client_height());
        let is_at_end = node.scroll_top() > -32;
        if is_at_end != at_end.get_untracked() {
            last_read.set(list.with_untracked(|list| list.from_end().take(KNOWN).collect()));
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
                // What one has scrolled to is not told as if somebody had just said it.
                aria-live=move || if at_end.get() && settled.get() { "polite" } else { "off" }
                node_ref=node
                on:scroll=on_scroll
            >
                <ol class="log__lines" hidden=is_empty node_ref=rows.node()></ol>
                <Show when=move || is_empty() && history.get() == History::Complete>{empty.run()}</Show>
                // Laid out from the end, what comes last stands first.
                <Show when=move || history.get() != History::Complete>
                    <Earlier history on_ask=older/>
                </Show>
            </div>
            <div role="status">
                <Show when=any_fresh>
                    <button type="button" class="button log__fresh" data-kind="primary" on:click=go_to_end>
                        {move || [&fresh.get().to_string(), " new"].concat()}
                    </button>
                </Show>
            </div>
            <Show when=latest>
                <button type="button" class="button log__fresh" on:click=go_to_end>"Latest"</button>
            </Show>
        </div>
    }
}

/// The way to what was said before the lines that are here.
#[component]
fn Earlier(history: Signal<History>, on_ask: Callback<usize>) -> impl IntoView {
    let words = move || match history.get() {
        History::More | History::Complete => "Show earlier",
        History::Loading => "Loading earlier …",
        History::Failed => "Earlier lines did not arrive. Try again",
    };
    let busy = move || (history.get() == History::Loading).then_some("true");
    view! {
        <button
            type="button"
            class="button log__earlier"
            data-kind="quiet"
            aria-disabled=busy
            on:click=move |_| on_ask.run(PAGE)
        >
            {words}
        </button>
    }
}
