//! The page as a whole: who is signed in decides what it is.

use leptos::prelude::*;
use model::{Event, Id};
use uuid::Uuid;

#[cfg(debug_assertions)]
use crate::pages::style::{self, Style};
use crate::{
    account::{Account, State},
    driver,
    live::{LiveTable, writer::Writer},
    pages::{
        events::{Events, archive::OpenTitle},
        members::{Members, someone::Someone},
        messages::{Messages, unread::Unread},
        nowhere::Nowhere,
        password::PasswordPage,
        settings::SettingsPage,
        tavern::Tavern,
        welcome::Welcome,
    },
    parts::{
        block, clock,
        doctor::Doctor,
        focus,
        name::{Namesakes, called},
        notify, places,
        prose::Usernames,
        seated,
        shell::{Shell, focus_page},
        theme,
    },
    route::{self, Asked, Route},
};

/// Everything that is shown.
#[component]
pub fn App() -> impl IntoView {
    let account = Account::start();
    provide_context(account);
    clock::provide();
    theme::provide();
    focus::keep::always();
    let state = Memo::new(move |_| account.state.get());
    Effect::new(move |before: Option<bool>| {
        // What the page opens with leaves the focus where the browser has it.
        if before == Some(true) {
            focus::keep::stay_on_page();
        }
        state.get() != State::Starting
    });
    move || match state.get() {
        // What index.html opens with still stands.
        State::Starting => ().into_any(),
        State::Broken(reason) => view! { <Broken reason/> }.into_any(),
        State::SignedOut(reason) => {
            document().set_title("Welcome · The tavern");
            view! { <Welcome reason/> }.into_any()
        }
        State::SignedIn(me) => view! { <SignedIn me/> }.into_any(),
    }
}

#[component]
fn Broken(reason: String) -> impl IntoView {
    view! {
        <main class="welcome">
            <h1 class="welcome__title">"The tavern cannot open."</h1>
            <p class="welcome__reason" role="alert">{reason}</p>
            <p>
                <button
                    type="button"
                    class="button"
                    data-kind="primary"
                    on:click=|_| {
                        let _ = window().location().reload();
                    }
                >
                    "Try again"
                </button>
            </p>
            <Doctor closed=true/>
        </main>
    }
}

#[component]
fn SignedIn(me: Uuid) -> impl IntoView {
    let account: Account = expect_context();
    driver::start(account, me);
    if use_context::<Writer>().is_none() {
        // Signed out in another window at this very moment; the account already says so.
        return ().into_any();
    }
    block::provide();
    provide_context(Unread::of(me));
    Usernames::provide();
    Namesakes::provide();
    notify::provide();
    seated::provide();
    let asked = route::watch();
    provide_context(Asked(asked));
    let route = route::drawn(asked);
    places::keep(route);
    announce(route);
    view! {
        <Shell route=asked>
            <Page route/>
        </Shell>
    }
    .into_any()
}

/// What is drawn for a route; one conversation after another is drawn by the same page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Drawn {
    Tavern,
    Events,
    Members,
    Member(Uuid),
    Messages,
    Settings,
    Password,
    Nowhere,
    #[cfg(debug_assertions)]
    Style,
}

#[component]
fn Page(route: Signal<Route>) -> impl IntoView {
    let drawn = Memo::new(move |_| match route.get() {
        Route::Tavern => Drawn::Tavern,
        Route::Events | Route::EventsByMonth(_) | Route::EventsOver | Route::Event(_) => {
            Drawn::Events
        }
        Route::Members => Drawn::Members,
        Route::Member(id) => Drawn::Member(id),
        Route::Settings => Drawn::Settings,
        Route::Password => Drawn::Password,
        Route::Messages | Route::Conversation(_) => Drawn::Messages,
        #[cfg(debug_assertions)]
        Route::Unknown if style::is_asked() => Drawn::Style,
        Route::Unknown => Drawn::Nowhere,
    });
    let with = Memo::new(move |_| match route.get() {
        Route::Conversation(other) => Some(other),
        Route::Tavern
        | Route::Events
        | Route::EventsByMonth(_)
        | Route::EventsOver
        | Route::Event(_)
        | Route::Members
        | Route::Member(_)
        | Route::Messages
        | Route::Settings
        | Route::Password
        | Route::Unknown => None,
    });
    move || match drawn.get() {
        Drawn::Tavern => view! { <Tavern/> }.into_any(),
        Drawn::Events => view! { <Events route/> }.into_any(),
        Drawn::Members => view! { <Members/> }.into_any(),
        Drawn::Member(id) => view! { <Someone id/> }.into_any(),
        Drawn::Settings => view! { <SettingsPage/> }.into_any(),
        Drawn::Password => view! { <PasswordPage/> }.into_any(),
        Drawn::Messages => view! { <Messages with/> }.into_any(),
        Drawn::Nowhere => view! { <Nowhere/> }.into_any(),
        #[cfg(debug_assertions)]
        Drawn::Style => view! { <Style/> }.into_any(),
    }
}

/// Keeps the window's title true, and moves the focus to the page when it changes.
fn announce(route: Signal<Route>) {
    let unread = expect_context::<Unread>().total();
    let archived = RwSignal::new(None);
    provide_context(OpenTitle(archived));
    Effect::new(move |_| {
        let title = match route.get() {
            Route::Event(id) => {
                let row = LiveTable::<Event>::here().row(Id::from(id));
                let title = row.with(|entry| entry.as_ref().map(|entry| entry.row.title.clone()));
                title
                    .or_else(|| archived.get())
                    .unwrap_or_else(|| "Event".to_owned())
            }
            Route::Conversation(other) | Route::Member(other) => called(other).get(),
            Route::Settings => "Settings".to_owned(),
            Route::Password => "New password".to_owned(),
            Route::Unknown => "Nothing here".to_owned(),
            Route::EventsByMonth(_) => "Events by month".to_owned(),
            Route::EventsOver => "Past events".to_owned(),
            page @ (Route::Tavern | Route::Events | Route::Members | Route::Messages) => page
                .place()
                .map(|place| place.name().to_owned())
                .unwrap_or_default(),
        };
        let count = match unread.get() {
            0 => String::new(),
            unread => ["(", &unread.to_string(), ") "].concat(),
        };
        document().set_title(&[&count, title.as_str(), " · The tavern"].concat());
    });
    Effect::new(move |before: Option<Route>| {
        let route = route.get();
        if before.is_some_and(|before| before.page() != route.page()) {
            focus_page();
        }
        route
    });
}
