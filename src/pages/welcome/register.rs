//! The form `Register`.

use leptos::{prelude::*, task::spawn_local};
use model::user::username_problem;

use crate::{
    account::{Account, Problem, Registered, password_problem},
    parts::{
        field::{Field, Kind},
        form::{Form, Sending},
    },
};

/// What keeps the three from being sent, if anything.
fn lacking(username: &str, email: &str, password: &str) -> Option<Problem> {
    if let Some(words) = username_problem(&username.to_lowercase()) {
        return Some(Problem::at("username", words));
    }
    if !email.contains('@') {
        return Some(Problem::at(
            "email",
            "Type an email address. Other members never see it.",
        ));
    }
    password_problem(password)
}

/// Username, email and password; then, where the project asks for it, a word about the mail.
#[component]
pub fn Register() -> impl IntoView {
    let account: Account = expect_context();
    let new = || RwSignal::new(String::new());
    let (username, email, password) = (new(), new(), new());
    let mailed = RwSignal::new(false);
    let sending = Sending::new();
    let send = Callback::new(move |()| {
        let name = username.with_untracked(|name| name.trim().to_owned());
        let address = email.with_untracked(|email| email.trim().to_owned());
        let secret = password.get_untracked();
        if let Some(wrong) = lacking(&name, &address, &secret) {
            return Err(wrong);
        }
        spawn_local(async move {
            let answer = account.register(name, address, secret).await;
            if matches!(answer, Ok(Registered::ConfirmByMail)) {
                let _ = mailed.try_set(true);
            }
            sending.answered(answer.err());
        });
        Ok(())
    });
    let news = move || {
        mailed.get().then(|| {
            email.with(|email| {
                [
                    "Check your mail: open the link that was sent to ",
                    email,
                    ", then sign in.",
                ]
                .concat()
            })
        })
    };
    let head = view! {
        <h2 class="form__title">"Register"</h2>
        <p class="form__news" role="status">{news}</p>
    };
    view! {
        <Form
            sending
            label="Register"
            class="form card"
            head=head.into_any()
            on_send=send
            action="Register"
        >
            <Field
                id="register-username"
                label="Username"
                value=username
                problem=sending.at("username")
                hint="3 to 24 of a–z, 0–9 and _"
                autocomplete="nickname"
            />
            <Field
                id="register-email"
                label="Email"
                kind=Kind::Input("email")
                value=email
                problem=sending.at("email")
                hint="Other members never see it."
                autocomplete="email"
            />
            <Field
                id="register-password"
                label="Password"
                kind=Kind::Input("password")
                value=password
                problem=sending.at("password")
                hint="At least 8 characters."
                autocomplete="new-password"
            />
        </Form>
    }
    .into_any()
}
