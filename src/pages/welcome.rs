//! What one sees before signing in: what this is, and the two ways in.

use leptos::prelude::*;

use crate::pages::welcome::{register::Register, sign_in::SignIn};

mod register;
mod sign_in;

/// The page; `reason` is why a session ended by itself.
#[component]
pub fn Welcome(reason: Option<String>) -> impl IntoView {
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
                <SignIn/>
                <Register/>
            </div>
        </main>
    }
}
