//! Who belongs here.

use leptos::prelude::*;
use model::{Id, User};

use crate::{
    live::LiveTable,
    pages::members::row::MemberRow,
    parts::{loading::Loading, presence::count_here},
};

mod profile;
mod row;

/// The page.
#[component]
pub fn Members() -> impl IntoView {
    let keys = LiveTable::<User>::here().keys(&());
    let here = count_here();
    let count = {
        let keys = keys.clone();
        move || {
            let all = keys.with(|keys| keys.len());
            let all = crate::format::count(all, "member", "members");
            match here.get() {
                Some(here) => [&all, ", ", &here.to_string(), " here now"].concat(),
                None => all,
            }
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
