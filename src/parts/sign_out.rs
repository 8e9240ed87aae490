//! The way out, which asks first when something written would be lost by it.

use leptos::prelude::*;

use crate::{account::Account, format, live::connection::Unsent};

/// `Sign out`; with unsent writes, the question with `Sign out` and `Stay`.
#[component]
pub fn SignOut() -> impl IntoView {
    let account: Account = expect_context();
    let Unsent(unsent) = expect_context();
    let asking = RwSignal::new(false);
    // The browser asks in its own words before a window with unsent writes is closed.
    let leaving = window_event_listener_untyped("beforeunload", move |event| {
        if unsent.try_get_untracked().is_some_and(|unsent| unsent > 0) {
            event.prevent_default();
        }
    });
    on_cleanup(move || leaving.remove());
    let press = move |_| {
        if unsent.get_untracked() > 0 && !asking.get_untracked() {
            asking.set(true);
        } else {
            account.sign_out();
        }
    };
    let asked = move || asking.get() && unsent.get() > 0;
    view! {
        <Show when=asked>
            <span class="sign-out__question" role="alert">
                {move || format::count(unsent.get(), "unsent change", "unsent changes")}
                " would be lost."
            </span>
            <button type="button" class="button" on:click=move |_| asking.set(false)>"Stay"</button>
        </Show>
        <button type="button" class="button" data-kind="quiet" on:click=press>"Sign out"</button>
    }
}
