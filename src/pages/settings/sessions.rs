//! Signing out on all other devices.

use leptos::prelude::*;
use sync::Method;

use crate::live::writer::Writer;

/// The button, and what came of it.
#[component]
pub fn Sessions() -> impl IntoView {
    let writer = Writer::here();
    let news = RwSignal::new("");
    let press = move |_| {
        news.set("Signing out …");
        let path = "/auth/v1/logout?scope=others".to_owned();
        writer.ask(Method::Post, path, None, move |answer| {
            let done = answer.is_some_and(|answer| (200..300).contains(&answer.status));
            let _ = news.try_set(if done {
                "Done. Other devices stay signed in for an hour at most."
            } else {
                "The server did not do it. Try again in a moment."
            });
        });
    };
    view! {
        <p class="settings__row">
            <button type="button" class="button" on:click=press>"Sign out everywhere else"</button>
            <span class="quiet" role="status">{news}</span>
        </p>
    }
}
