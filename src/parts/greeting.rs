//! A short welcome, the first time that somebody is here on this device.

use leptos::prelude::*;

use crate::{
    driver::storage,
    live::connection::{Loaded, Me},
    parts::{name::name_of, show::Show},
};

/// What is where, until the person has read it.
#[component]
pub fn Greeting(
    /// Whether it stands although it was read.
    #[prop(optional)]
    again: bool,
) -> impl IntoView {
    let Me(me) = expect_context();
    let Loaded(loaded) = expect_context();
    let name = name_of(me);
    let stands = RwSignal::new(again || !storage::was_greeted());
    let named = move || loaded.get().then(|| view! { ", " <bdi>{name}</bdi> });
    let read = move |_| {
        storage::greeted();
        stands.set(false);
        crate::parts::shell::focus_page();
    };
    view! {
        // It stands from the beginning, so that nothing moves when the name is known.
        <Show when=move || stands.get()>
            <section class="notice" data-kind="welcome" aria-label="Welcome">
                <p class="notice__title">"Welcome" {named}</p>
                <p class="notice__words">
                    "This room is for everybody; Events and Messages are beside it. Whether you are connected stands in words at the edge, and “?” lists the keys."
                </p>
                <button type="button" class="button" on:click=read>"Got it"</button>
            </section>
        </Show>
    }
}
