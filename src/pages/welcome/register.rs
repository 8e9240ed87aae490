//! The form `Register`.

use leptos::{prelude::*, task::spawn_local};
use model::user::username_problem;

use super::sign_in::{FormProblem, at, missing};
use crate::{
    account::{Account, Problem, Registered},
    parts::field::{Field, Kind, focus_first_bad},
};

/// What keeps the three from being sent, if anything.
fn lacking(username: &str, email: &str, password: &str) -> Option<Problem> {
    if let Some(words) = username_problem(&username.to_lowercase()) {
        return Some(missing("username", words));
    }
    if !email.contains('@') {
        return Some(missing(
            "email",
            "Type an email address. Other members never see it.",
        ));
    }
    (password.len() < 8).then(|| missing("password", "A password has at least 8 characters."))
}

/// Username, email and password; then, where the project asks for it, a word about the mail.
#[component]
pub fn Register() -> impl IntoView {
    let account: Account = expect_context();
    let new = || RwSignal::new(String::new());
    let (username, email, password) = (new(), new(), new());
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let mailed = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let form: web_sys::Element = event_target(&event);
        let name = username.with_untracked(|name| name.trim().to_owned());
        let (address, secret) = (
            email.get_untracked().trim().to_owned(),
            password.get_untracked(),
        );
        let wrong = lacking(&name, &address, &secret);
        if wrong.is_some() {
            problem.set(wrong);
            focus_first_bad(&form);
            return;
        }
        problem.set(None);
        busy.set(true);
        spawn_local(async move {
            let answer = account.register(name, address, secret).await;
            // The page may have moved on while the server answered.
            let _ = busy.try_set(false);
            match answer {
                Ok(Registered::SignedIn) => {}
                Ok(Registered::ConfirmByMail) => {
                    let _ = mailed.try_set(true);
                }
                Err(refusal) => {
                    let _ = problem.try_set(Some(refusal));
                    focus_first_bad(&form);
                }
            }
        });
    };
    view! {
        <form class="form card" aria-label="Register" novalidate on:submit=submit>
            <h2 class="form__title">"Register"</h2>
            <p class="form__news" role="status">
                {move || {
                    mailed.get().then(|| {
                        email.with(|email| {
                            ["Check your mail: open the link that was sent to ", email, ", then sign in."].concat()
                        })
                    })
                }}
            </p>
            <FormProblem problem/>
            <Field
                id="register-username"
                label="Username"
                value=username
                problem=at(problem, "username")
                hint="3 to 24 of a–z, 0–9 and _"
                autocomplete="nickname"
            />
            <Field
                id="register-email"
                label="Email"
                kind=Kind::Input("email")
                value=email
                problem=at(problem, "email")
                hint="Other members never see it."
                autocomplete="email"
            />
            <Field
                id="register-password"
                label="Password"
                kind=Kind::Input("password")
                value=password
                problem=at(problem, "password")
                hint="At least 8 characters."
                autocomplete="new-password"
            />
            <div class="form__actions">
                <button type="submit" class="button" data-kind="primary" aria-busy=move || busy.get().to_string()>
                    "Register"
                </button>
            </div>
        </form>
    }
}
