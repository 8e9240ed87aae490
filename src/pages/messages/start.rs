//! A new message: to whom, by a part of the name.

use leptos::{ev::KeyboardEvent, prelude::*};
use model::{Id, User};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::{
    live::{LiveTable, connection::Me},
    parts::{
        avatar::Avatar,
        block::Blocked,
        dialog::Dialog,
        name::Name,
        opened::{Deed, on_deed},
        people::find,
        show::Show,
    },
    route::Route,
};

/// So many are offered; one more letter finds the rest.
const OFFERED: usize = 8;

/// The button `New message`, and the dialog behind it.
#[component]
pub fn NewMessage() -> impl IntoView {
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    on_deed(Deed::NewMessage, move || open.set(true));
    view! {
        <button type="button" class="button" data-kind="primary" on:click=move |_| open.set(true)>
            "New message"
        </button>
        <Show when=move || open.get()>
            <Whom on_close=close/>
        </Show>
    }
}

#[component]
fn Whom(on_close: Callback<()>) -> impl IntoView {
    let Me(me) = expect_context();
    let blocked: Blocked = expect_context();
    let wanted = RwSignal::new(String::new());
    let offered = Memo::new(move |_| {
        let found = wanted.with(|wanted| find(wanted));
        let others = found
            .iter()
            .copied()
            .filter(|key| key.id != me && !blocked.has(key.id));
        others.take(OFFERED).collect::<Vec<_>>()
    });
    let on_key = move |event: KeyboardEvent| {
        let field: Element = event_target(&event);
        match event.key().as_str() {
            "Enter" if !event.is_composing() => {
                event.prevent_default();
                if let Some(first) = offered.with_untracked(|offered| offered.first().copied()) {
                    let _ = window()
                        .location()
                        .set_hash(&Route::Conversation(first.id).href());
                    on_close.run(());
                }
            }
            "ArrowDown" => {
                event.prevent_default();
                focus(field.closest("dialog").ok().flatten(), "ul a");
            }
            _ => {}
        }
    };
    let on_list_key = move |event: KeyboardEvent| {
        let link: Element = event_target(&event);
        let row = link.closest("li").ok().flatten();
        let beside = match event.key().as_str() {
            "ArrowDown" => row.and_then(|row| row.next_element_sibling()),
            "ArrowUp" => match row.and_then(|row| row.previous_element_sibling()) {
                None => {
                    event.prevent_default();
                    return focus(link.closest("dialog").ok().flatten(), "input");
                }
                above => above,
            },
            _ => return,
        };
        event.prevent_default();
        focus(beside, "a");
    };
    let offer = move |key: Id| {
        let user = LiveTable::<User>::here().entry(key);
        let username = user.map(|entry| entry.row.username.clone());
        view! {
            <li>
                <a
                    class="people__link"
                    href=Route::Conversation(key.id).href()
                    on:click=move |_| on_close.run(())
                >
                    <Avatar user=key.id/>
                    <Name user=key.id beside=true/>
                    <span class="quiet">"@"{username}</span>
                </a>
            </li>
        }
    };
    view! {
        <Dialog title="New message" on_close>
            <div class="find">
                <input
                    class="field__control"
                    type="search"
                    aria-label="To"
                    placeholder="To whom?"
                    autocomplete="off"
                    spellcheck="false"
                    on:input=move |event| wanted.set(event_target_value(&event))
                    on:keydown=on_key
                />
                <p class="find__hits" role="status">
                    {move || offered.with(Vec::is_empty).then_some("Nobody is called that.")}
                </p>
            </div>
            <ul class="people" aria-label="Members" on:keydown=on_list_key>
                <For each=move || offered.get() key=|key| *key children=offer/>
            </ul>
        </Dialog>
    }
}

/// Puts the focus on what `selector` finds in `place`.
fn focus(place: Option<Element>, selector: &str) {
    let found = place.and_then(|place| place.query_selector(selector).ok().flatten());
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = found.focus();
    }
}
