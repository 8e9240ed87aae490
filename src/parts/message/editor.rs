//! A line while its author changes it.

use leptos::{html::Textarea, prelude::*};
use model::tavern_message::BODY_LIMIT;

use crate::parts::{
    composer::{grow, sends},
    message::Edited,
    rescue::Rescued,
};

/// The text in place: Enter or `Save` keeps the change, `Cancel` and a second Escape do not.
#[component]
pub fn Editor(
    /// The text as it is, which may change meanwhile.
    body: Signal<String>,
    edit: Callback<Edited>,
    editing: RwSignal<bool>,
) -> impl IntoView {
    let old = StoredValue::new(body.get_untracked());
    let text = RwSignal::new(body.get_untracked());
    let field = NodeRef::<Textarea>::new();
    let leaving = RwSignal::new(false);
    let unsaved = move || text.with_untracked(|text| old.with_value(|old| text.trim() != old));
    let problem = Memo::new(move |_| {
        text.with(|text| match text.trim().chars().count() {
            0 => Some("Write something, or cancel and delete the message."),
            1..=BODY_LIMIT => None,
            _ => Some("At most 4,000 characters."),
        })
    });
    let hint = move || {
        if leaving.get() {
            return Some("Escape once more drops your change.");
        }
        let changed = old.with_value(|old| body.with(|body| body != old));
        changed.then_some("Changed elsewhere meanwhile. Saving asks you which text it is to be.")
    };
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
            grow(&field);
        }
    });
    let rescued = use_context::<Rescued>();
    let written = text.get_untracked();
    let last = StoredValue::new(written);
    Effect::new(move |_| last.set_value(text.get()));
    on_cleanup(move || {
        // The line itself has gone, from under its author's hands.
        let editing = editing.try_get_untracked().unwrap_or(true);
        let text = last.try_get_value().unwrap_or_default();
        let unsaved = old.try_with_value(|old| text.trim() != old) == Some(true);
        if let Some(rescued) = rescued
            && editing
            && unsaved
        {
            rescued.add(
                "The message that you were changing is no longer there.",
                text,
            );
        }
    });
    let save = move || {
        if problem.with_untracked(Option::is_some) {
            return;
        }
        let new = text.with_untracked(|text| text.trim().to_owned());
        if unsaved() {
            edit.run(Edited {
                old: old.get_value(),
                new,
            });
        }
        editing.set(false);
    };
    let escape = move || {
        if unsaved() && !leaving.get_untracked() {
            leaving.set(true);
        } else {
            editing.set(false);
        }
    };
    view! {
        <form
            class="editor"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <textarea
                class="composer__field"
                aria-label="Edit text"
                dir="auto"
                rows="1"
                node_ref=field
                aria-invalid=move || problem.get().map(|_| "true")
                prop:value=move || text.get()
                on:input=move |event| {
                    text.set(event_target_value(&event));
                    leaving.set(false);
                    if let Some(field) = field.get_untracked() {
                        grow(&field);
                    }
                }
                on:keydown=move |event| {
                    if sends(&event) {
                        event.prevent_default();
                        save();
                    } else if event.key() == "Escape" && !event.is_composing() {
                        escape();
                    }
                }
            ></textarea>
            <p class="field__note" data-bad="true" role="status">{move || problem.get()}</p>
            <p class="field__note" role="status">{hint}</p>
            <button type="submit" class="button" data-kind="primary">"Save"</button>
            <button type="button" class="button" on:click=move |_| editing.set(false)>"Cancel"</button>
        </form>
    }
}
