//! A line while its author changes it.

use leptos::{html::Textarea, prelude::*};
use model::{Id, TavernMessage, tavern_message::BODY_LIMIT};

use crate::{
    live::LiveTable,
    parts::{
        composer::{grow, sends},
        draft,
        message::Edited,
        rescue::Rescued,
    },
};

/// Between the text as it was and the text as it is to be, in what is kept; no text has it.
pub(super) const BETWEEN: char = '\0';

/// What is said to whoever was changing a message that has gone.
pub(super) const GONE: &str = "The message that you were changing is no longer there.";

/// The text in place: Enter or `Save` keeps the change, `Cancel` and a second Escape do not. Until then it outlives
/// the page.
#[component]
pub fn Editor(
    /// The line.
    key: Id,
    /// Name of the draft that is kept.
    draft: String,
    /// The text as it is, which may change meanwhile.
    body: Signal<String>,
    edit: Callback<Edited>,
    editing: RwSignal<bool>,
    /// Whether the person has opened it just now: who comes back to the page is not yet back at this line.
    begun_now: bool,
) -> impl IntoView {
    let kept = draft::load(&draft);
    let (was, is) = kept.split_once(BETWEEN).unzip();
    let text = RwSignal::new(is.map_or_else(|| body.get_untracked(), str::to_owned));
    let old = StoredValue::new(was.map_or_else(|| body.get_untracked(), str::to_owned));
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
            if begun_now {
                let _ = field.focus();
            }
            request_animation_frame(move || grow(&field));
        }
    });
    // What is kept as far as this tab knows.
    let last = StoredValue::new(kept.clone());
    draft::follow(draft.clone(), move |kept| {
        last.set_value(kept.clone());
        let field = field.get_untracked();
        if field.is_some_and(|field| draft::is_written_in(&field)) {
            return;
        }
        match kept.split_once(BETWEEN) {
            Some((was, is)) => {
                old.set_value(was.to_owned());
                text.set(is.to_owned());
            }
            // Settled there, one way or the other.
            None => {
                text.set(old.get_value());
                editing.set(false);
            }
        }
    });
    let rescued = use_context::<Rescued>();
    let row = use_context::<LiveTable<TavernMessage>>().map(|messages| messages.row(key));
    let name = draft.clone();
    Effect::new(move |_| {
        let mut kept = text.get();
        if unsaved() {
            kept.insert(0, BETWEEN);
            kept.insert_str(0, &old.get_value());
        } else {
            kept.clear();
        }
        if last.with_value(|last| *last != kept) {
            draft::save(&name, &kept);
            last.set_value(kept);
        }
    });
    on_cleanup(move || {
        let kept = last.try_get_value().unwrap_or_default();
        let is_there = row.is_none_or(|row| row.with_untracked(Option::is_some));
        // Who goes to another page finds the text again; who has saved it or given it up needs it no more.
        if editing.try_get_untracked() != Some(false) && is_there {
            return;
        }
        // The line itself has gone, from under its author's hands.
        if let (false, Some(rescued), Some((_, text))) =
            (is_there, rescued, kept.split_once(BETWEEN))
        {
            rescued.add(GONE, text.to_owned(), Some(draft.clone()));
        } else {
            draft::save(&draft, "");
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
