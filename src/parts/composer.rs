//! Where one writes: it grows with the text and forgets nothing.

use leptos::{ev::KeyboardEvent, html::Textarea, prelude::*};
use model::tavern_message::BODY_LIMIT;
use wasm_bindgen::JsCast;

pub mod mention;

use mention::{Offer, Offered};

use crate::parts::draft;

/// A press of Enter that sends: without Shift, and not one that ends the composition of a character.
#[must_use]
pub fn sends(event: &KeyboardEvent) -> bool {
    // 229 is what browsers report while an input method is at work, even where `is_composing` lags.
    event.key() == "Enter" && !event.shift_key() && !event.is_composing() && event.key_code() != 229
}

/// Makes a text field as high as its text; the style sheet bounds it.
pub fn grow(field: &web_sys::HtmlTextAreaElement) {
    let style = field.unchecked_ref::<web_sys::HtmlElement>().style();
    if field.value().is_empty() {
        // As it begins; to measure costs a layout.
        let _ = style.remove_property("block-size");
        return;
    }
    let _ = style.set_property("block-size", "auto");
    let border = field.offset_height() - field.client_height();
    let height = (field.scroll_height() + border).to_string();
    let _ = style.set_property("block-size", &[&height, "px"].concat());
}

/// The field `Message` and the button `Send`.
#[component]
pub fn Composer(
    /// Name of the draft that is kept.
    draft: String,
    /// What stands in the empty field.
    #[prop(into)]
    hint: Signal<String>,
    /// Gets the text without the white space around it.
    on_send: Callback<String>,
    /// Told at each change, with whether nothing is left.
    #[prop(optional)]
    on_change: Option<Callback<bool>>,
    /// The key that goes up from an empty field.
    #[prop(optional)]
    on_up: Option<Callback<()>>,
    /// Escape, when nothing else takes it.
    #[prop(optional)]
    on_escape: Option<Callback<()>>,
    /// Whether names of members are offered after `@`.
    #[prop(optional)]
    mentions: bool,
) -> impl IntoView {
    let text = RwSignal::new(draft::load(&draft));
    let field = NodeRef::<Textarea>::new();
    let offer = mentions.then(|| Offer::new(text, field));
    let left = Memo::new(move |_| {
        let used = text.with(|text| text.trim().chars().count());
        i64::try_from(BODY_LIMIT).unwrap_or(i64::MAX) - i64::try_from(used).unwrap_or(i64::MAX)
    });
    Effect::new(move |_| {
        text.track();
        if let Some(field) = field.get() {
            // The field gets its text in this very round of effects, so it is measured after it.
            request_animation_frame(move || grow(&field));
        }
    });
    // What is kept as far as this tab knows. It is not kept again: another tab may have gone on by then.
    let known = StoredValue::new(text.get_untracked());
    draft::follow(draft.clone(), move |kept| {
        known.set_value(kept.clone());
        let field = field.get_untracked();
        if !field.is_some_and(|field| draft::is_written_in(&field)) {
            text.set(kept);
        }
    });
    Effect::new(move |_| {
        let text = text.get();
        if known.with_value(|known| *known != text) {
            draft::save(&draft, &text);
            known.set_value(text);
        }
    });
    let send = move || {
        let body = text.with_untracked(|text| text.trim().to_owned());
        if body.is_empty() || left.get_untracked() < 0 {
            return;
        }
        // Before anything changes: to move the focus, the browser lays out what has.
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
        on_send.run(body);
        text.set(String::new());
        if let Some(on_change) = on_change {
            on_change.run(true);
        }
    };
    view! {
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <textarea
                class="composer__field"
                rows="1"
                dir="auto"
                aria-label="Message"
                aria-describedby="composer-left"
                aria-invalid=move || (left.get() < 0).then_some("true")
                placeholder=hint
                node_ref=field
                prop:value=move || text.get()
                aria-controls=mentions.then_some("mentions")
                aria-autocomplete=mentions.then_some("list")
                aria-activedescendant=move || offer.and_then(Offer::active)
                on:input=move |event| {
                    text.set(event_target_value(&event));
                    if let Some(offer) = offer {
                        offer.look();
                    }
                    if let Some(on_change) = on_change {
                        on_change.run(text.with_untracked(|text| text.trim().is_empty()));
                    }
                }
                on:click=move |_| {
                    if let Some(offer) = offer {
                        offer.look();
                    }
                }
                on:blur=move |_| {
                    if let Some(offer) = offer {
                        offer.close();
                    }
                }
                on:keydown=move |event| {
                    if offer.is_some_and(|offer| offer.takes(&event)) {
                        return;
                    }
                    let up = on_up.filter(|_| event.key() == "ArrowUp" && text.with_untracked(String::is_empty));
                    if sends(&event) {
                        event.prevent_default();
                        send();
                    } else if let Some(up) = up {
                        event.prevent_default();
                        up.run(());
                    } else if let Some(escape) = on_escape.filter(|_| event.key() == "Escape") {
                        escape.run(());
                    }
                }
            ></textarea>
            {offer.map(|offer| view! { <Offered offer/> })}
            <button type="submit" class="button" data-kind="primary">"Send"</button>
            <p class="composer__left" id="composer-left" role="status">
                {move || match left.get() {
                    200.. => String::new(),
                    left @ 0.. => [&left.to_string(), " characters left"].concat(),
                    over => [&(-over).to_string(), " characters too many"].concat(),
                }}
            </p>
        </form>
    }
}
