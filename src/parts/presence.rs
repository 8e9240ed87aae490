//! Whether a member has the tavern open, as a dot and a word.

use leptos::prelude::*;
use sync::Status;
use uuid::Uuid;

use crate::live::connection::{Connection, Here};

/// How many are here now; `None` while nobody can know.
#[must_use]
pub fn count_here() -> Signal<Option<usize>> {
    let Here(people) = expect_context();
    let known = is_known();
    Memo::new(move |_| known.get().then(|| people.with(|people| people.len()))).into()
}

/// Whether the connection tells who is here.
#[must_use]
pub fn is_known() -> Signal<bool> {
    let Connection(status) = expect_context();
    Memo::new(move |_| status.with(|status| matches!(status, Status::Live | Status::CatchingUp)))
        .into()
}

/// `here now` or `away`; nothing while nobody can know.
#[component]
pub fn Presence(user: Uuid) -> impl IntoView {
    let Here(people) = expect_context();
    let known = is_known();
    let here = Memo::new(move |_| people.with(|people| people.contains(&user)));
    view! {
        <span class="presence" data-here=move || here.get().to_string()>
            {move || match (known.get(), here.get()) {
                (false, _) => "",
                (true, true) => "here now",
                (true, false) => "away",
            }}
        </span>
    }
}
