//! Months of long ago, which are asked for, and words for a month of which there is nothing to see.

use leptos::prelude::*;
use wire::Timestamp;

use crate::{
    format,
    pages::events::{
        archive::{between, edge},
        shelf::{Asked, Shelf},
    },
    parts::{clock::Clock, focus::TryAgain},
};

/// What took place on the sheet of the month that begins at `first` and the page does not hold.
pub fn shelf(first: Memo<Timestamp>) -> Shelf {
    let shelf = Shelf::empty();
    Effect::new(move |_| {
        first.track();
        shelf.clear();
        ask(shelf, first);
    });
    // A month may have more than one answer holds.
    Effect::new(move |_| {
        let any = shelf.keys.with_untracked(|keys| !keys.is_empty());
        if shelf.asked.get() == Asked::Idle && any {
            ask(shelf, first);
        }
    });
    shelf
}

fn ask(shelf: Shelf, first: Memo<Timestamp>) {
    let days = format::month::sheet(first.get_untracked());
    if let [day, ..] = &*days
        && let Some(last) = days.last()
        && day.begin < edge(format::now())
    {
        shelf.ask(&between(day.begin, last.end));
    }
}

/// Says why the sheet is empty, and asks once more for what did not come.
#[component]
pub fn Silence(
    shelf: Shelf,
    first: Memo<Timestamp>,
    /// Whether the month has anything to show.
    any: Memo<bool>,
    search: Signal<bool>,
) -> impl IntoView {
    let Clock(now) = expect_context();
    let over = Memo::new(move |_| format::month::end(first.get()) <= now.get());
    let words = move || match (shelf.asked.get(), any.get()) {
        (Asked::Failed, _) => "What was on could not be fetched.",
        (Asked::Asking, false) => "Looking up what was on …",
        (Asked::Idle | Asked::Asking | Asked::Complete, true) => "",
        (Asked::Idle | Asked::Complete, false) if search.get() => {
            "No event of this month has these words."
        }
        (Asked::Idle | Asked::Complete, false) if over.get() => "Nothing was on in this month.",
        (Asked::Idle | Asked::Complete, false) => "Nothing is planned in this month.",
    };
    // The button stands until there is an answer.
    let failed = Memo::new(move |before: Option<&bool>| match shelf.asked.get() {
        Asked::Failed => true,
        Asked::Asking => before.is_some_and(|failed| *failed),
        Asked::Idle | Asked::Complete => false,
    });
    let again = Callback::new(move |()| {
        if shelf.asked.get_untracked() == Asked::Failed {
            ask(shelf, first);
        }
    });
    view! {
        <p class="month__note" role="status">
            {words}
            {move || failed.get().then(|| view! { <TryAgain on_press=again/> })}
        </p>
    }
    .into_any()
}
