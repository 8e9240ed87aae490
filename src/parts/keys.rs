//! The list of keys.

use leptos::prelude::*;

use crate::parts::{
    dialog::Dialog,
    opened::{Opened, Panel},
};

const KEYS: [(&str, &str); 7] = [
    (
        "Ctrl K",
        "Go to a person, an event or a page, or do something",
    ),
    ("?", "This list"),
    ("Enter", "Send what you have written"),
    ("Shift Enter", "Begin a new line"),
    ("↑", "In an empty field: edit what you said last"),
    ("@", "Name somebody"),
    ("Escape", "Close what is open, or stop editing"),
];

/// The dialog `Keys`.
#[component]
pub fn KeyList() -> impl IntoView {
    let Opened(opened) = expect_context();
    let close = Callback::new(move |()| {
        if opened.get_untracked() == Some(Panel::Keys) {
            opened.set(None);
        }
    });
    let line = |(key, what): (&'static str, &'static str)| {
        view! { <div class="keys__line"><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> }
    };
    view! {
        <Dialog title="Keys" on_close=close>
            <dl class="keys">{KEYS.map(line).into_iter().collect_view()}</dl>
        </Dialog>
    }
}
