//! A line while its author changes it.

use leptos::{html::Textarea, prelude::*};
use model::tavern_message::BODY_LIMIT;

use crate::parts::composer::{grow, sends};

/// The text in place: Enter or `Save` keeps the change, Escape or `Cancel` does not.
#[component]
pub fn Editor(
    /// The text as it was.
    body: String,
    edit: Callback<String>,
    editing: RwSignal<bool>,
) -> impl IntoView {
    let old = StoredValue::new(body.clone());
    let text = RwSignal::new(body);
    let field = NodeRef::<Textarea>::new();
    let problem = Memo::new(move |_| {
        text.with(|text| match text.trim().chars().count() {
            0 => Some("Write something, or cancel and delete the message."),
            1..=BODY_LIMIT => None,
            _ => Some("At most 4,000 characters."),
        })
    });
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
            grow(&field);
        }
    });
    let save = move || {
        if problem.with_untracked(Option::is_some) {
            return;
        }
        let new = text.with_untracked(|text| text.trim().to_owned());
        if old.with_value(|old| *old != new) {
            edit.run(new);
        }
        editing.set(false);
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
                    if let Some(field) = field.get_untracked() {
                        grow(&field);
                    }
                }
                on:keydown=move |event| {
                    if sends(&event) {
                        event.prevent_default();
                        save();
                    } else if event.key() == "Escape" && !event.is_composing() {
                        editing.set(false);
                    }
                }
            ></textarea>
            <p class="field__note" data-bad="true" role="status">{move || problem.get()}</p>
            <button type="submit" class="button" data-kind="primary">"Save"</button>
            <button type="button" class="button" on:click=move |_| editing.set(false)>"Cancel"</button>
        </form>
    }
}
