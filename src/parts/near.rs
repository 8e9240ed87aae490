//! A long list of rows of one height, of which only those near the screen exist.

use std::sync::Arc;

use leptos::{ev, html::Ul, prelude::*};
use model::Id;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::parts::scrolled::on_scroll;

/// So many rows beyond either edge of the screen exist, for fingers and Tab to find.
const BEYOND: usize = 8;
/// What a row is taken to measure until there is one.
const GUESS: f64 = 72.0;
/// So many exist before anything can be measured.
const FIRST: usize = 24;

/// The list; it scrolls with the page.
#[component]
pub fn Near(
    label: &'static str,
    class: &'static str,
    #[prop(into)] keys: Signal<Arc<[Id]>>,
    /// Draws a row, of one `<li>`; the style sheet gives all of them the same height.
    row: Callback<Id, AnyView>,
) -> impl IntoView {
    let node = NodeRef::<Ul>::new();
    let height = RwSignal::new(GUESS);
    let window = RwSignal::new((0, FIRST));
    let look = move || {
        let Some(list) = node.try_get_untracked().flatten() else {
            return;
        };
        let list: &HtmlElement = list.unchecked_ref();
        if let Some((from, to, measured)) = measure(list, height.get_untracked()) {
            if (measured - height.get_untracked()).abs() > 0.5 {
                height.set(measured);
            }
            if window.get_untracked() != (from, to) {
                window.set((from, to));
            }
        }
    };
    let look_soon = move || request_animation_frame(look);
    on_scroll(move |_| look());
    let resized = window_event_listener(ev::resize, move |_| look());
    on_cleanup(move || resized.remove());
    Effect::new(move |_| {
        keys.track();
        if node.get().is_some() {
            look_soon();
        }
    });
    let shown = Memo::new(move |_| {
        let (from, to) = window.get();
        keys.with(|keys| {
            let to = to.min(keys.len());
            let from = from.min(to);
            (from, keys[from..to].to_vec())
        })
    });
    let pixels = move |rows: usize| [&(rows as f64 * height.get()).to_string(), "px"].concat();
    view! {
        <ul
            class=class
            aria-label=label
            node_ref=node
            style:block-size=move || pixels(keys.with(|keys| keys.len()))
            style:padding-block-start=move || pixels(shown.with(|(from, _)| *from))
        >
            <For each=move || shown.get().1 key=|key| *key children=move |key| row.run(key)/>
        </ul>
    }
}

/// The rows near the screen, and how high one is.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of rows, at least 0"
)]
fn measure(list: &HtmlElement, guess: f64) -> Option<(usize, usize, f64)> {
    // One's own row, the first, may say what became of a change.
    let last: Option<Element> = list.last_element_child();
    let row = last.map_or(guess, |row| row.get_bounding_client_rect().height());
    let row = if row > 1.0 { row } else { guess };
    let screen = list
        .closest("main")
        .ok()
        .flatten()?
        .get_bounding_client_rect();
    let above = screen.top() - list.get_bounding_client_rect().top();
    let from = (above / row).max(0.0) as usize;
    let to = ((above + screen.height()) / row).max(0.0) as usize + 1;
    Some((from.saturating_sub(BEYOND), to + BEYOND, row))
}
