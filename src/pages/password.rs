//! Another password: for whoever has forgotten the old one, or wants a new one.

use leptos::prelude::*;
use sync::Method;
use wire::auth::NewPassword;

use crate::{
    account::{self, Account, Problem},
    driver::storage,
    live::writer::Writer,
    pages::welcome::sign_in::{FormProblem, at, missing},
    parts::field::{Field, Kind, focus_first_bad},
    route::Route,
};

/// The page.
#[component]
pub fn PasswordPage() -> impl IntoView {
    let account: Account = expect_context();
    let writer = Writer::here();
    let password = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let done = RwSignal::new(false);
    let email = storage::session().map(|session| session.user.email);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let form: web_sys::Element = event_target(&event);
        let typed = password.get_untracked();
        done.set(false);
        if typed.len() < 8 {
            let words = "A password has at least 8 characters.";
            problem.set(Some(missing("password", words)));
            focus_first_bad(&form);
            return;
        }
        problem.set(None);
        busy.set(true);
        let body = serde_json::to_string(&NewPassword { password: typed }).ok();
        writer.ask(
            Method::Put,
            "/auth/v1/user".to_owned(),
            body,
            move |answer| {
                // The page may have moved on while the server answered.
                let _ = busy.try_set(false);
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
                let _ = problem.try_set(refusal);
                focus_first_bad(&form);
            },
        );
    };
    view! {
        <section class="page">
            <header class="page__head"><h1 class="page__title">"New password"</h1></header>
            <form class="form card password" aria-label="New password" novalidate on:submit=submit>
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
                <FormProblem problem/>
                <p class="form__note">"For the account of " <strong>{email.clone()}</strong></p>
                // Tells the browser's password manager whose password it is.
                <input type="hidden" autocomplete="username" value=email/>
                <Field
                    id="new-password"
                    label="New password"
                    kind=Kind::Input("password")
                    value=password
                    problem=at(problem, "password")
                    hint="At least 8 characters."
                    autocomplete="new-password"
                />
                <div class="form__actions">
                    <button type="submit" class="button" data-kind="primary" aria-busy=move || busy.get().to_string()>
                        "Set password"
                    </button>
                </div>
            </form>
        </section>
    }
}
