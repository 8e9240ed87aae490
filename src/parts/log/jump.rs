//! Going to one line of a log, however far back it stands.

use leptos::{html::Div, prelude::*};
use model::Id;
use sync::History;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use crate::live::list::List;

/// So many lines are drawn above the one that is looked for.
const ABOVE: usize = 30;
/// Frames in which a line must have been drawn; they are many when there are thousands before it.
const FRAMES: u32 = 600;

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

    /// Follows what is asked; `least` is how many lines are drawn at least.
    pub(super) fn follow(
        self,
        list: List<Id>,
        history: Signal<History>,
        older: Callback<()>,
        least: RwSignal<usize>,
        room: NodeRef<Div>,
    ) {
        Effect::new(move |_| {
            let Some(key) = self.to.get() else { return };
            let place = list.with(|list| {
                let found = list.contains(key).then(|| list.from_end());
                found.and_then(|mut keys| keys.position(|other| other == key))
            });
            let done = |words| {
                self.words.set(words);
                self.to.set(None);
            };
            match (place, history.get()) {
                (Some(place), _) => {
                    least.update(|least| *least = (*least).max(place + ABOVE));
                    done("");
                    show(key, room, FRAMES);
                }
                (None, History::Loading) => {}
                (None, History::More) => {
                    self.words.set("Looking further back …");
                    older.run(());
                }
                (None, History::Failed) => {
                    done("Earlier lines did not arrive. Try again when you are connected.");
                }
                (None, History::Complete) => done("That message was taken back."),
            }
        });
    }
}

impl Default for Jump {
    fn default() -> Self {
        Self::new()
    }
}

/// Brings the line to the middle once it is drawn, and puts the focus on it.
fn show(key: Id, room: NodeRef<Div>, frames: u32) {
    request_animation_frame(move || {
        let Some(here) = room.try_get_untracked().flatten() else {
            return;
        };
        let Some(line) = document().get_element_by_id(&key.id.to_string()) else {
            if let Some(frames) = frames.checked_sub(1) {
                show(key, room, frames);
            }
            return;
        };
        if let Ok(Some(before)) = here.query_selector("[data-found]") {
            let _ = before.remove_attribute("data-found");
        }
        let _ = line.set_attribute("data-found", "true");
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Center);
        line.scroll_into_view_with_scroll_into_view_options(&options);
        if let Some(line) = line.dyn_ref::<HtmlElement>() {
            let _ = line.focus();
        }
    });
}
