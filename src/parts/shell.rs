//! What stands around every page: places, people, status, account.

use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    live::connection::{Here, Me},
    parts::{
        avatar::Avatar,
        conflict::ConflictDialog,
        greeting::Greeting,
        icon::{Icon, Sign},
        keys::KeyList,
        message::stray,
        name::Name,
        nav::Nav,
        opened::{self, Opened, Panel},
        palette::Palette,
        presence::is_known,
        queue::Settling,
        rescue::{Rescued, RescuedTexts},
        seated::Seats,
        show::Show,
        sign_out::SignOut,
        status::{ConnectionStatus, Trouble},
    },
    route::Route,
};

/// The frame; its children are the page.
#[component]
pub fn Shell(#[prop(into)] route: Signal<Route>, children: Children) -> impl IntoView {
    let to_page = move |event: leptos::ev::MouseEvent| {
        // A plain link would change the hash, which is the address of the page.
        event.prevent_default();
        focus_page();
    };
    let Opened(panel) = opened::provide();
    Effect::new(move |_| {
        let route = route.get();
        // What is to be done on one page is dropped by who goes to another.
        if let Some(Panel::Deed(deed)) = panel.get_untracked()
            && deed.page().is_some_and(|page| page != route)
        {
            panel.set(None);
        }
    });
    provide_context(Settling(RwSignal::new(None)));
    provide_context(Rescued(RwSignal::new(Vec::new())));
    stray::watch();
    view! {
        <a class="skip" href="#main" on:click=to_page>"Skip to the page"</a>
        <div class="shell">
            <header class="shell__house">
                <span class="shell__sign" aria-hidden="true"></span>
                <span class="shell__name">"The tavern"</span>
                <button
                    type="button"
                    class="button shell__find"
                    data-kind="quiet"
                    aria-label="Go to"
                    aria-haspopup="dialog"
                    title="Go to a person, an event or a page, or do something (Ctrl K)"
                    on:click=move |_| panel.set(Some(Panel::Palette))
                >
                    <Icon sign=Sign::Glass/>
                </button>
            </header>
            <Nav route/>
            <PeopleHere/>
            <div class="shell__status"><ConnectionStatus/></div>
            <OwnAccount/>
            <main class="shell__page" id="main" tabindex="-1">
                <Greeting/>
                <Trouble/>
                <RescuedTexts/>
                <Seats/>
                {children()}
            </main>
        </div>
        <ConflictDialog/>
        {move || match panel.get() {
            Some(Panel::Palette) => view! { <Palette/> }.into_any(),
            Some(Panel::Keys) => view! { <KeyList/> }.into_any(),
            Some(Panel::Connection | Panel::Deed(_)) | None => ().into_any(),
        }}
    }
}

/// Puts the focus on the page, for whoever does not see that it changed.
pub fn focus_page() {
    use wasm_bindgen::JsCast;
    let page = document().get_element_by_id("main");
    if let Some(page) = page.and_then(|page| page.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = page.focus();
    }
}

#[component]
fn PeopleHere() -> impl IntoView {
    let Here(people) = expect_context();
    let Me(me) = expect_context();
    let known = is_known();
    let others = Memo::new(move |_| {
        people.with(|people| {
            people
                .iter()
                .copied()
                .filter(|user| *user != me)
                .collect::<Vec<Uuid>>()
        })
    });
    view! {
        <section class="shell__people" aria-label="Here now">
            <h2 class="shell__title">{move || if known.get() { "Here now" } else { "Here before" }}</h2>
            <Show
                when=move || others.with(|others| !others.is_empty())
                fallback=move || view! { <p class="quiet">{move || known.get().then_some("Nobody else yet.")}</p> }
            >
                <ul class="people">
                    <For
                        each=move || others.get()
                        key=|user| *user
                        children=|user| {
                            view! {
                                <li>
                                    <a class="people__link" href=Route::Conversation(user).href()>
                                        <Avatar user/>
                                        <Name user/>
                                    </a>
                                </li>
                            }
                        }
                    />
                </ul>
            </Show>
        </section>
    }
}

#[component]
fn OwnAccount() -> impl IntoView {
    let Me(me) = expect_context();
    view! {
        <section class="shell__account" aria-label="You">
            <a class="shell__me" href=Route::Settings.href()>
                <Avatar user=me/>
                <span class="quiet-words">"Settings of "</span>
                <Name user=me/>
            </a>
            <SignOut/>
        </section>
    }
}
