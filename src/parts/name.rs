//! A member's name, kept apart from the writing direction of what surrounds it.

use leptos::prelude::*;
use model::{Id, User};
use uuid::Uuid;

use crate::live::LiveTable;

/// Name of a member; a dash stands for one who is not known (yet).
#[must_use]
pub fn name_of(user: Uuid) -> Signal<String> {
    let row = LiveTable::<User>::here().row(Id::from(user));
    Signal::derive(move || {
        row.with(|entry| match entry {
            Some(entry) => entry.row.display_name.clone(),
            None => "–".to_owned(),
        })
    })
}

/// The name as text.
#[component]
pub fn Name(user: Uuid) -> impl IntoView {
    let name = name_of(user);
    view! { <bdi class="name">{name}</bdi> }
}
