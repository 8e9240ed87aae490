//! Going to one line of a log, however far back it stands.

use leptos::{html::Div, prelude::*};
use model::Id;
use sync::History;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use crate::{live::list::List, parts::rows::Rows};

/// Where a log is asked to go, and what came of it.
#[derive(Clone, Copy)]
pub struct Jump {
    to: RwSignal<Option<Id>>,
    words: RwSignal<&'static str>,
}

impl Jump {
    /// Nowhere yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            to: RwSignal::new(None),
            words: RwSignal::new(""),
        }
    }

    /// Goes to a line; pages before it are loaded as far as needed.
    pub fn to(self, line: Id) {
        self.words.set("");
        self.to.set(Some(line));
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
        older: Callback<()>,
        rows: Rows,
        room: NodeRef<Div>,
    ) {
        Effect::new(move |_| {
            let Some(key) = self.to.get() else { return };
            let is_here = list.with(|list| list.contains(key));
            let done = |words| {
                self.words.set(words);
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
                    older.run(());
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
