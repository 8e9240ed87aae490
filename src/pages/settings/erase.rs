//! The end of an account, after its name was typed.

use leptos::prelude::*;
use model::{Id, User};
use serde_json::json;
use sync::Method;

use crate::{
    account::Account,
    live::{LiveTable, connection::Me, writer::Writer},
    parts::{
        dialog::Dialog,
        field::{Field, focus_first_bad},
        show::Show,
    },
};

/// The button, and the dialog behind it.
#[component]
pub fn Erase() -> impl IntoView {
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    view! {
        <p>
            <button type="button" class="button" data-kind="danger" on:click=move |_| open.set(true)>
                "Erase my account"
            </button>
        </p>
        <p class="quiet">"Everything of yours goes at once, for everybody, and does not come back."</p>
        <Show when=move || open.get()>
            <EraseDialog on_close=close/>
        </Show>
    }
}

#[component]
fn EraseDialog(on_close: Callback<()>) -> impl IntoView {
    let Me(me) = expect_context();
    let account: Account = expect_context();
    let writer = Writer::here();
    let row = LiveTable::<User>::here().row(Id::from(me));
    let username =
        row.with_untracked(|entry| entry.as_ref().map(|entry| entry.row.username.clone()));
    let username = StoredValue::new(username.unwrap_or_default());
    let typed = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let erase = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = typed.with_untracked(|typed| typed.trim().trim_start_matches('@').to_owned());
        if username.with_value(|username| *username != name) {
            problem.set(Some("That is not your username.".to_owned()));
            focus_first_bad(&event_target(&event));
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let body = json!({ "name": name }).to_string();
        let path = "/rest/v1/rpc/erase_my_account".to_owned();
        writer.ask(Method::Post, path, Some(body), move |answer| {
            let is_lost = answer.is_none();
            if answer.is_some_and(|answer| (200..300).contains(&answer.status)) {
                account.on_erased();
                return;
            }
            let _ = busy.try_set(false);
            let words = if is_lost {
                "No answer came: your account may be erased already. Reload to see."
            } else {
                "The server did not do it, and nothing is erased. Try again in a moment."
            };
            let _ = problem.try_set(Some(words.to_owned()));
        });
    };
    view! {
        <Dialog title="Erase my account" on_close>
            <form class="form" novalidate on:submit=erase>
                <p>
                    "Your profile, your messages here and in private, your events with their answers, and your \
                     account itself go at once. Nobody can bring them back."
                </p>
                <Field
                    id="erase-name"
                    label="Your username"
                    value=typed
                    problem
                />
                <p class="form__note">{move || username.with_value(|username| ["To be sure, type ", username, "."].concat())}</p>
                <div class="form__actions">
                    <button
                        type="submit"
                        class="button"
                        data-kind="danger"
                        aria-busy=move || busy.get().then_some("true")
                    >
                        "Erase everything"
                    </button>
                    <button type="button" class="button" on:click=move |_| on_close.run(())>"Keep my account"</button>
                </div>
            </form>
        </Dialog>
    }
}
