//! What one decides for oneself: looks, notifications, who learns what, and what becomes of one's data.

use leptos::prelude::*;
use model::{Settings, settings::SettingsPatch};

use crate::{
    live::{LiveTable, connection::Me, writer::Writer},
    pages::{
        members::profile::EditProfile,
        settings::{data::Data, erase::Erase, sessions::Sessions},
    },
    parts::{
        avatar::Avatar,
        block::{BlockButton, Blocked},
        loading::Loading,
        name::Name,
        notify::{self, Notify},
        theme::{Chosen, Theme},
    },
    route::Route,
};

mod data;
mod erase;
mod sessions;

/// The page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let Me(me) = expect_context();
    let part = |title: &'static str, body: AnyView| {
        view! {
            <section class="settings__part" aria-label=title>
                <h2 class="settings__title">{title}</h2>
                {body}
            </section>
        }
        .into_any()
    };
    view! {
        <section class="page">
            <header class="page__head"><h1 class="page__title">"Settings"</h1></header>
            <Loading rows=5>
                {part(
                    "Profile",
                    view! {
                        <p class="settings__row">
                            <Avatar user=me/>
                            <a href=Route::Member(me).href()><Name user=me/></a>
                            <EditProfile/>
                        </p>
                    }
                    .into_any(),
                )}
                {part("Looks", view! { <Looks/> }.into_any())}
                {part("Notifications", view! { <Notifications/> }.into_any())}
                {part("Read receipts", view! { <Receipts/> }.into_any())}
                {part("Blocked people", view! { <BlockedPeople/> }.into_any())}
                {part(
                    "Password",
                    view! { <a class="button" href=Route::Password.href()>"Set a new password"</a> }.into_any(),
                )}
                {part("Other devices", view! { <Sessions/> }.into_any())}
                {part("Your data", view! { <Data/> }.into_any())}
                {part("Erase your account", view! { <Erase/> }.into_any())}
            </Loading>
        </section>
    }
}

/// A box to tick, with what it says.
#[component]
fn Tick(
    label: &'static str,
    #[prop(into)] on: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    on_change: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="tick">
            <input
                type="checkbox"
                prop:checked=on
                prop:disabled=disabled
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
            {label}
        </label>
    }
}

#[component]
fn Looks() -> impl IntoView {
    let chosen: Chosen = expect_context();
    let choice = move |theme: Theme| {
        view! {
            <label class="tick">
                <input
                    type="radio"
                    name="theme"
                    prop:checked=move || chosen.get() == theme
                    on:change=move |_| chosen.set(theme)
                />
                {theme.label()}
            </label>
        }
    };
    view! {
        <div class="settings__choices" role="radiogroup" aria-label="Theme">
            {Theme::ALL.map(choice).into_iter().collect_view()}
        </div>
    }
}

#[component]
fn Notifications() -> impl IntoView {
    let state = RwSignal::new(notify::state());
    let switch = Callback::new(move |on| {
        notify::switch(on, move || {
            let _ = state.try_set(notify::state());
        });
    });
    let note = move || match state.get() {
        Notify::Never => "This browser has no notifications.",
        Notify::Denied => {
            "This browser was told not to show any from here. Its own settings for this page change that."
        }
        Notify::Off | Notify::On => {
            "For each private message, each line of the tavern that calls you by name, and a seat that became free, while you look elsewhere."
        }
    };
    view! {
        <Tick
            label="Notify me on this device"
            on=Signal::derive(move || state.get() == Notify::On)
            disabled=Signal::derive(move || matches!(state.get(), Notify::Never | Notify::Denied))
            on_change=switch
        />
        <p class="quiet">{note}</p>
    }
}

#[component]
fn Receipts() -> impl IntoView {
    let Me(me) = expect_context();
    let writer = Writer::here();
    let row = LiveTable::<Settings>::here().row(me.into());
    let on = Memo::new(move |_| {
        row.with(|entry| entry.as_ref().is_some_and(|entry| entry.row.read_receipts))
    });
    let change = Callback::new(move |on| {
        let patch = SettingsPatch {
            read_receipts: Some(on),
        };
        writer.update::<Settings>(me.into(), patch);
    });
    view! {
        <Tick label="Show others what I have read" on on_change=change/>
        <p class="quiet">"Without it, you do not see what others have read either."</p>
    }
}

#[component]
fn BlockedPeople() -> impl IntoView {
    let Blocked(blocked) = expect_context();
    let people = move || blocked.get().keys().copied().collect::<Vec<_>>();
    view! {
        <ul class="settings__people" aria-label="Blocked people">
            <For
                each=people
                key=|user| *user
                children=|user| {
                    view! {
                        <li class="settings__row">
                            <Avatar user/>
                            <Name user/>
                            <BlockButton user/>
                        </li>
                    }
                }
            />
        </ul>
        <p class="quiet">
            {move || if blocked.with(|blocked| blocked.is_empty()) {
                "You block nobody."
            } else {
                "While you block anybody, nobody sees whether you are here: the list of who is here is one for all."
            }}
        </p>
    }
}
