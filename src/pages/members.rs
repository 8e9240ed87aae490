//! Who belongs here.

use leptos::{html::Ul, prelude::*};
use model::{Id, User};

use crate::{
    live::{LiveTable, chain::Chain},
    pages::members::row::MemberRow,
    parts::{
        loading::Loading,
        presence::count_here,
        rows::{Reach, rows},
    },
};

mod profile;
mod row;

/// The page.
#[component]
pub fn Members() -> impl IntoView {
    let list = LiveTable::<User>::here().list(&());
    let here = count_here();
    let count = move || {
        let all = list.with(Chain::len);
        let all = crate::format::count(all, "member", "members");
        match here.get() {
            Some(here) => [&all, ", ", &here.to_string(), " here now"].concat(),
            None => all,
        }
    };
    let members = move || {
        let draw = |key: Id, _| view! { <MemberRow key/> }.into_any();
        rows::<Ul, _>(list, Reach::all(), draw)
    };
    view! {
        <section class="page">
            <header class="page__head">
                <h1 class="page__title">"Members"</h1>
                <p class="page__note">{count}</p>
            </header>
            <Loading rows=6>
                <ul class="members" aria-label="Members" node_ref=members()></ul>
            </Loading>
        </section>
    }
}
