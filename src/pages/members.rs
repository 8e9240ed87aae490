//! Who belongs here.

use leptos::prelude::*;
use model::{Id, User};

use crate::{
    live::{LiveTable, connection::Here},
    pages::members::row::MemberRow,
    parts::loading::Loading,
};

mod profile;
mod row;

/// The page.
#[component]
pub fn Members() -> impl IntoView {
    let keys = LiveTable::<User>::here().keys(&());
    let Here(people) = expect_context();
    let count = {
        let keys = keys.clone();
        move || {
            let all = keys.with(|keys| keys.len());
            let here = people.with(|people| people.len());
            let all = crate::format::count(all, "member", "members");
            [&all, ", ", &here.to_string(), " here now"].concat()
        }
    };
    view! {
        <section class="page">
            <header class="page__head">
                <h1 class="page__title">"Members"</h1>
                <p class="page__note">{count}</p>
            </header>
            <Loading rows=6>
                <ul class="members" aria-label="Members">
                    <For
                        each={
                            let keys = keys.clone();
                            move || keys.get().to_vec()
                        }
                        key=|key| *key
                        children=|key: Id| view! { <MemberRow key/> }
                    />
                </ul>
            </Loading>
        </section>
    }
}
