//! The form `Sign in`.

use leptos::{prelude::*, task::spawn_local};

use super::turn;
use crate::{
    account::{Account, Problem},
    parts::{
        field::{Field, Kind},
        form::{Form, Sending},
    },
};

/// Email and password.
#[component]
pub fn SignIn(email: RwSignal<String>, forgotten: RwSignal<bool>) -> impl IntoView {
    let account: Account = expect_context();
    let password = RwSignal::new(String::new());
    let sending = Sending::new();
    let send = Callback::new(move |()| {
        let address = email.with_untracked(|email| email.trim().to_owned());
        let secret = password.get_untracked();
        if !address.contains('@') {
            let words = "Type the address that you registered with.";
            return Err(Problem::at("email", words));
        }
        if secret.is_empty() {
            return Err(Problem::at("password", "Type your password."));
        }
        spawn_local(async move {
            let answer = account.sign_in(address, secret).await;
            sending.answered(answer.err());
        });
        Ok(())
    });
    let beside = view! {
        <button type="button" class="button" data-kind="quiet" on:click=move |_| turn(forgotten, true)>
            "Forgotten password?"
        </button>
    };
    view! {
        <Form
            sending
            label="Sign in"
            class="form card"
            head=view! { <h2 class="form__title">"Sign in"</h2> }.into_any()
            on_send=send
            action="Sign in"
            beside=beside.into_any()
        >
            <Field
                id="sign-in-email"
                label="Email"
                kind=Kind::Input("email")
                value=email
                problem=sending.at("email")
                autocomplete="username"
            />
            <Field
                id="sign-in-password"
                label="Password"
                kind=Kind::Input("password")
                value=password
                problem=sending.at("password")
                autocomplete="current-password"
            />
        </Form>
    }
    .into_any()
}
