//! Who belongs here.

use std::sync::Arc;

use leptos::prelude::*;
use model::{Id, User};

use crate::{
    format::count,
    live::{
        LiveTable,
        chain::Chain,
        connection::{Loaded, Me},
    },
    pages::members::row::MemberRow,
    parts::{loading::Loading, near::Near, people::find, presence::count_here},
};

pub mod profile;
pub mod row;
pub mod someone;

/// The page: everybody, oneself first, and whom one looks for.
#[component]
pub fn Members() -> impl IntoView {
    let Me(me) = expect_context();
    let list = LiveTable::<User>::here().list(&());
    let here = count_here();
    let wanted = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let found = wanted.with(|wanted| find(wanted));
        if !wanted.with(|wanted| wanted.trim().is_empty()) {
            return found;
        }
        let mut all: Vec<Id> = found.to_vec();
        if let Some(at) = all.iter().position(|key| key.id == me) {
            all[..=at].rotate_right(1);
        }
        Arc::from(all)
    });
    let Loaded(loaded) = expect_context();
    let note = move || {
        if !loaded.get() {
            return String::new();
        }
        let all = count(list.with(Chain::len), "member", "members");
        match here.get() {
            Some(here) => [&all, ", ", &here.to_string(), " here now"].concat(),
            None => all,
        }
    };
    let hits = move || {
        if wanted.with(|wanted| wanted.trim().is_empty()) {
            return String::new();
        }
        match found.with(|found| found.len()) {
            0 => "Nobody is called that.".to_owned(),
            hits => [&count(hits, "member", "members"), " found"].concat(),
        }
    };
    let row = Callback::new(|key| view! { <MemberRow key/> }.into_any());
    view! {
        <section class="page">
            <header class="page__head">
                <h1 class="page__title">"Members"</h1>
                <p class="page__note">{note}</p>
            </header>
            <Loading rows=6>
                <div class="find">
                    <input
                        class="field__control"
                        type="search"
                        aria-label="Find a member"
                        placeholder="Find by name"
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=move || wanted.get()
                        on:input=move |event| wanted.set(event_target_value(&event))
                    />
                    <p class="find__hits" role="status">{hits}</p>
                </div>
                <Near label="Members" class="members" keys=found row/>
            </Loading>
        </section>
    }
}
