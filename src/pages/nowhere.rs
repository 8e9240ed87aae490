//! An address that leads nowhere.

use leptos::prelude::*;

use crate::{parts::empty::Empty, route::Route};

/// Says so, and shows the way back.
#[component]
pub fn Nowhere() -> impl IntoView {
    view! {
        <section class="page">
            <header class="page__head"><h1 class="page__title">"Nothing here"</h1></header>
            <Empty words="This address leads nowhere. It may have been cut off.">
                <a class="button" href=Route::Tavern.href()>"Go to the tavern"</a>
            </Empty>
        </section>
    }
}
