//! What one sees before signing in: what this is, and the two ways in.

use leptos::prelude::*;

use crate::{
    account::Account,
    pages::welcome::{forgotten::Forgotten, register::Register, sign_in::SignIn},
    parts::doctor::Doctor,
};

mod forgotten;
mod register;
mod sign_in;

/// Puts one form in place of the other, and the cursor into its first field.
fn turn(forgotten: RwSignal<bool>, to: bool) {
    use wasm_bindgen::JsCast;
    forgotten.set(to);
    request_animation_frame(move || {
        let id = if to {
            "forgotten-email"
        } else {
            "sign-in-email"
        };
        let field = document().get_element_by_id(id);
        if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = field.focus();
        }
    });
}

/// The page; `reason` is why a session ended by itself.
#[component]
pub fn Welcome(reason: Option<String>) -> impl IntoView {
    let account: Account = expect_context();
    let link = account.link.get_untracked();
    // Whoever comes by a link that is over wants another one.
    let forgotten = RwSignal::new(link.is_some());
    let email = RwSignal::new(String::new());
    let reason = reason.or_else(|| Some([&link?, " Ask for a new one."].concat()));
    view! {
        <main class="welcome" id="main" tabindex="-1">
            <header class="welcome__head">
                <p class="welcome__house"><span class="shell__sign" aria-hidden="true"></span>"The tavern"</p>
                <h1 class="welcome__title">"A room for your people."</h1>
                <p class="welcome__about">
                    "Plan evenings, talk with everyone, have a word in private. What one does, all see at once."
                </p>
            </header>
            {reason.map(|reason| view! { <p class="welcome__reason" role="alert">{reason}</p> })}
            <div class="welcome__forms">
                {move || if forgotten.get() {
                    view! { <Forgotten email forgotten/> }.into_any()
                } else {
                    view! { <SignIn email forgotten/> }.into_any()
                }}
                <Register/>
            </div>
            <details class="welcome__trouble">
                <summary>"Trouble connecting?"</summary>
                <Doctor guest=true/>
            </details>
        </main>
    }
}
