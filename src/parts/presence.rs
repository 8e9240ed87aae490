//! Whether a member has the tavern open, as a dot and a word.

use leptos::prelude::*;
use uuid::Uuid;

use crate::live::connection::Here;

/// Whether `user` is here now.
#[must_use]
pub fn is_here(user: Uuid) -> Signal<bool> {
    let Here(people) = expect_context();
    Memo::new(move |_| people.with(|people| people.contains(&user))).into()
}

/// `here now` or `away`.
#[component]
pub fn Presence(user: Uuid) -> impl IntoView {
    let here = is_here(user);
    view! {
        <span class="presence" data-here=move || here.get().to_string()>
            {move || if here.get() { "here now" } else { "away" }}
        </span>
    }
}
