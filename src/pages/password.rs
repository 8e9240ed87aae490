//! Another password: for whoever has forgotten the old one, or wants a new one.

use leptos::prelude::*;
use sync::Method;
use wire::auth::NewPassword;

use crate::{
    account::{self, Account, Problem},
    driver::storage,
    live::writer::Writer,
    parts::{
        field::{Field, Kind},
        form::{Form, Sending},
    },
    route::Route,
};

/// The page.
#[component]
pub fn PasswordPage() -> impl IntoView {
    let account: Account = expect_context();
    let writer = Writer::here();
    let password = RwSignal::new(String::new());
    let sending = Sending::new();
    let done = RwSignal::new(false);
    let email = storage::session().map(|session| session.user.email);
    let send = Callback::new(move |()| {
        let typed = password.get_untracked();
        done.set(false);
        if let Some(wrong) = account::password_problem(&typed) {
            return Err(wrong);
        }
        let body = serde_json::to_string(&NewPassword { password: typed }).ok();
        let path = "/auth/v1/user".to_owned();
        writer.ask(Method::Put, path, body, move |answer| {
            let refusal = match answer {
                Some(answer) if answer.status == 200 => None,
                Some(answer) => Some(account::explain(answer.status, &answer.body)),
                None => Some(Problem::unreachable()),
            };
            let _ = done.try_set(refusal.is_none());
            if refusal.is_none() {
                account.link.set(None);
                let _ = password.try_set(String::new());
            }
            sending.answered(refusal);
        });
        Ok(())
    });
    let head = view! {
        <p class="form__problem" role="alert">
            {move || account.link.get().map(|words| {
                [&words, " You are signed in here all the same."].concat()
            })}
        </p>
        <p class="form__news" role="status">
            {move || done.get().then(|| view! {
                "Your new password is set. You stay signed in here; all other devices have to sign in again, within an hour. "
                <a href=Route::Tavern.href()>"To the tavern"</a>
            })}
        </p>
    };
    view! {
        <section class="page">
            <header class="page__head"><h1 class="page__title">"New password"</h1></header>
            <Form
                sending
                label="New password"
                class="form card password"
                head=head.into_any()
                on_send=send
                action="Set password"
            >
                <p class="form__note">"For the account of " <strong>{email.clone()}</strong></p>
                // Tells the browser's password manager whose password it is.
                <input type="hidden" autocomplete="username" value=email/>
                <Field
                    id="new-password"
                    label="New password"
                    kind=Kind::Input("password")
                    value=password
                    problem=sending.at("password")
                    hint="At least 8 characters."
                    autocomplete="new-password"
                />
            </Form>
        </section>
    }
    .into_any()
}
