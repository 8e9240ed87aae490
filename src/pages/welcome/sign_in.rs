//! The form `Sign in`.

use leptos::{prelude::*, task::spawn_local};

use super::turn;
use crate::{
    account::{Account, Problem},
    parts::field::{Field, Kind, focus_first_bad},
};

/// What was wrong with `field`, when the person has tried.
#[must_use]
pub fn at(problem: RwSignal<Option<Problem>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        problem.with(|problem| {
            let problem = problem.as_ref()?;
            (problem.field == Some(field)).then(|| problem.text.clone())
        })
    })
}

/// What was wrong with the form as a whole.
#[component]
pub fn FormProblem(problem: RwSignal<Option<Problem>>) -> impl IntoView {
    let words = move || {
        problem.with(|problem| {
            let problem = problem.as_ref()?;
            problem.field.is_none().then(|| problem.text.clone())
        })
    };
    view! { <p class="form__problem" role="alert">{words}</p> }
}

/// A field that is empty or wrong, in words.
#[must_use]
pub fn missing(field: &'static str, text: &str) -> Problem {
    Problem {
        field: Some(field),
        text: text.to_owned(),
    }
}

/// Email and password.
#[component]
pub fn SignIn(email: RwSignal<String>, forgotten: RwSignal<bool>) -> impl IntoView {
    let account: Account = expect_context();
    let password = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let form: web_sys::Element = event_target(&event);
        let typed = (
            email.get_untracked().trim().to_owned(),
            password.get_untracked(),
        );
        let lacking = match (typed.0.contains('@'), typed.1.is_empty()) {
            (false, _) => Some(missing(
                "email",
                "Type the address that you registered with.",
            )),
            (true, true) => Some(missing("password", "Type your password.")),
            (true, false) => None,
        };
        if lacking.is_some() {
            problem.set(lacking);
            focus_first_bad(&form);
            return;
        }
        problem.set(None);
        busy.set(true);
        spawn_local(async move {
            let answer = account.sign_in(typed.0, typed.1).await;
            // The page may have moved on while the server answered.
            let _ = busy.try_set(false);
            if let Err(refusal) = answer {
                let _ = problem.try_set(Some(refusal));
                focus_first_bad(&form);
            }
        });
    };
    view! {
        <form class="form card" aria-label="Sign in" novalidate on:submit=submit>
            <h2 class="form__title">"Sign in"</h2>
            <FormProblem problem/>
            <Field
                id="sign-in-email"
                label="Email"
                kind=Kind::Input("email")
                value=email
                problem=at(problem, "email")
                autocomplete="username"
            />
            <Field
                id="sign-in-password"
                label="Password"
                kind=Kind::Input("password")
                value=password
                problem=at(problem, "password")
                autocomplete="current-password"
            />
            <div class="form__actions">
                <button type="submit" class="button" data-kind="primary" aria-busy=move || busy.get().to_string()>
                    "Sign in"
                </button>
                <button type="button" class="button" data-kind="quiet" on:click=move |_| turn(forgotten, true)>
                    "Forgotten password?"
                </button>
            </div>
        </form>
    }
}
