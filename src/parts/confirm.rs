//! A button for what cannot be undone: it asks once more in its own place.

use leptos::{html::Button, prelude::*};

use crate::parts::{focus, show::Show};

/// `Delete`; after a press, the question with `Delete` and `Keep`.
#[component]
pub fn Delete(
    /// What is asked.
    question: &'static str,
    /// What the button says.
    #[prop(default = "Delete")]
    verb: &'static str,
    /// Runs when the person is sure.
    on_sure: Callback<()>,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let (ask, keep) = (NodeRef::<Button>::new(), NodeRef::<Button>::new());
    Effect::new(move |_| {
        if let Some(keep) = keep.get() {
            let _ = keep.focus();
        }
    });
    let keep_it = move || {
        asking.set(false);
        request_animation_frame(move || {
            if let Some(ask) = ask.try_get_untracked().flatten() {
                let _ = ask.focus();
            }
        });
    };
    view! {
        <Show
            when=move || asking.get()
            fallback=move || {
                view! {
                    <button
                        type="button"
                        class="button"
                        data-kind="quiet"
                        node_ref=ask
                        on:click=move |_| asking.set(true)
                    >
                        {verb}
                    </button>
                }
            }
        >
            <span
                class="confirm"
                role="group"
                aria-label=question
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        // Not the dialog around it as well.
                        event.prevent_default();
                        keep_it();
                    }
                }
            >
                <span class="confirm__question">{question}</span>
                <button
                    type="button"
                    class="button"
                    data-kind="danger"
                    on:click=move |event| {
                        focus::hold(&event);
                        on_sure.run(());
                    }
                >
                    {verb}
                </button>
                <button
                    type="button"
                    class="button"
                    node_ref=keep
                    on:click=move |_| keep_it()
                >
                    "Keep"
                </button>
            </span>
        </Show>
    }
}
