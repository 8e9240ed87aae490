//! Going to one line of a log, however far back it stands.

use leptos::{html::Div, prelude::*};
use model::Id;
use sync::{History, LARGEST_PAGE, PAGE};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use crate::{live::list::List, parts::rows::Rows};

/// What is said to whoever did not wait.
const STOPPED: &str = "Stopped before that message was reached.";

/// Where a log is asked to go, and what came of it.
#[derive(Clone, Copy)]
pub struct Jump {
    to: RwSignal<Option<Id>>,
    /// Rows of the page that was asked for last, on the way.
    page: RwSignal<usize>,
    words: RwSignal<&'static str>,
}

impl Jump {
    /// Nowhere yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            to: RwSignal::new(None),
            page: RwSignal::new(0),
            words: RwSignal::new(""),
        }
    }

    /// Goes to a line; pages before it are loaded as far as needed, each twice as long as the one before.
    pub fn to(self, line: Id) {
        self.words.set("");
        self.page.set(0);
        self.to.set(Some(line));
    }

    /// Whether it takes a while: what is before the line has to be loaded.
    #[must_use]
    pub fn is_on_the_way(self) -> bool {
        self.page.get() > 0
    }

    /// Goes no further. What was loaded stays.
    pub fn stop(self) {
        self.to.set(None);
        self.page.set(0);
        self.words.set(STOPPED);
    }

    /// What is to be said about it: that it takes a while, or why the line is not reached.
    #[must_use]
    pub fn words(self) -> Signal<&'static str> {
        self.words.into()
    }

    /// Follows what is asked.
    pub(super) fn follow(
        self,
        list: List<Id>,
        history: Signal<History>,
        older: Callback<usize>,
        rows: Rows,
        room: NodeRef<Div>,
    ) {
        Effect::new(move |_| {
            // The button that stops it is gone.
            if self.words.get() == STOPPED
                && let Some(room) = room.get_untracked()
            {
                let _ = room.focus();
            }
        });
        Effect::new(move |_| {
            let Some(key) = self.to.get() else { return };
            let is_here = list.with(|list| list.contains(key));
            let done = |words| {
                self.words.set(words);
                self.page.set(0);
                self.to.set(None);
            };
            match (is_here, history.get()) {
                (true, _) => {
                    done("");
                    untrack(|| show(key, room, rows));
                }
                (false, History::Loading) => {}
                (false, History::More) => {
                    self.words.set("Looking further back …");
                    let page = (self.page.get_untracked() * 2).clamp(PAGE, LARGEST_PAGE);
                    self.page.set(page);
                    older.run(page);
                }
                (false, History::Failed) => {
                    done("Earlier lines did not arrive. Try again when you are connected.");
                }
                (false, History::Complete) => done("That message was taken back."),
            }
        });
    }
}

impl Default for Jump {
    fn default() -> Self {
        Self::new()
    }
}

/// Brings the line to the middle, and puts the focus on it.
fn show(key: Id, room: NodeRef<Div>, rows: Rows) {
    let Some(room) = room.get_untracked() else {
        return;
    };
    let Some(line) = rows.reveal(key) else {
        return;
    };
    if let Ok(Some(before)) = room.query_selector("[data-found]") {
        let _ = before.remove_attribute("data-found");
    }
    let _ = line.set_attribute("data-found", "true");
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Center);
    line.scroll_into_view_with_scroll_into_view_options(&options);
    if let Some(line) = line.dyn_ref::<HtmlElement>() {
        let _ = line.focus();
    }
    rows.look();
}
