//! What somebody was writing when the thing it was about went away.

use leptos::{ev, prelude::*};

use crate::parts::{copy::CopyText, draft};

/// Texts that have lost their place, until they are dismissed; found in context.
#[derive(Clone, Copy)]
pub struct Rescued(pub RwSignal<Vec<Rescue>>);

/// One text, and what became of its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescue {
    /// What happened, in words.
    pub why: &'static str,
    /// What had been written.
    pub text: String,
    /// Name of the draft that keeps it on the device until it is dismissed.
    pub draft: Option<String>,
}

impl Rescued {
    /// Puts a text where its writer sees it; `draft` keeps it until it is dismissed.
    pub fn add(self, why: &'static str, text: String, draft: Option<String>) {
        let _ = self.0.try_update(|texts| {
            let rescue = Rescue { why, text, draft };
            if !texts.contains(&rescue) {
                texts.push(rescue);
            }
        });
    }
}

/// The texts, above the page.
#[component]
pub fn RescuedTexts() -> impl IntoView {
    let Rescued(texts) = expect_context();
    // Another tab offers them too; what is dismissed there is dismissed.
    let listener = window_event_listener(ev::storage, move |_| {
        let is_kept =
            |text: &Rescue| (text.draft.as_ref()).is_none_or(|name| !draft::load(name).is_empty());
        if !texts.with_untracked(|texts| texts.iter().all(is_kept)) {
            texts.update(|texts| texts.retain(is_kept));
        }
    });
    on_cleanup(move || listener.remove());
    view! {
        <ul class="notices" aria-label="Notices">
            <For
                each=move || texts.get()
                key=|rescue| (rescue.why, rescue.text.clone())
                children=move |rescue| {
                    let this = rescue.clone();
                    let dismiss = move |_| {
                        if let Some(draft) = &this.draft {
                            draft::save(draft, "");
                        }
                        texts.update(|texts| texts.retain(|other| *other != this));
                    };
                    view! {
                        <li>
                            <div class="notice" role="alert">
                                <p class="notice__words">{rescue.why}" This is what you had written:"</p>
                                <CopyText text=rescue.text.clone()/>
                                <button type="button" class="button" data-kind="quiet" on:click=dismiss>"Dismiss"</button>
                                <p class="notice__lost" dir="auto">{rescue.text}</p>
                            </div>
                        </li>
                    }
                }
            />
        </ul>
    }
}
