//! The form for a forgotten password.

use leptos::{prelude::*, task::spawn_local};

use super::{
    sign_in::{FormProblem, at, missing},
    turn,
};
use crate::{
    account::{Account, Problem},
    config::Config,
    parts::field::{Field, Kind, focus_first_bad},
};

/// Asks for the address; then says where to look.
#[component]
pub fn Forgotten(email: RwSignal<String>, forgotten: RwSignal<bool>) -> impl IntoView {
    let account: Account = expect_context();
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let mailed = RwSignal::new(None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let form: web_sys::Element = event_target(&event);
        let address = email.get_untracked().trim().to_owned();
        mailed.set(None);
        if !address.contains('@') {
            let words = "Type the address that you registered with.";
            problem.set(Some(missing("email", words)));
            focus_first_bad(&form);
            return;
        }
        problem.set(None);
        busy.set(true);
        spawn_local(async move {
            let answer = account.recover(address.clone()).await;
            // The page may have moved on while the server answered.
            let _ = busy.try_set(false);
            let _ = match answer {
                Ok(()) => mailed.try_set(Some(address)),
                Err(refusal) => {
                    let _ = problem.try_set(Some(refusal));
                    focus_first_bad(&form);
                    None
                }
            };
        });
    };
    let news = move || {
        let address = mailed.get()?;
        Some(view! {
            "If " <strong>{address}</strong>
            " has an account here, a mail is on its way. Its link works once, within an hour. "
            {local_mails().map(|place| view! {
                "This tavern is a trial on one machine, which keeps its mails: "
                <a href=place>"read them"</a>
            })}
        })
    };
    view! {
        <form class="form card" aria-label="Forgotten password" novalidate on:submit=submit>
            <h2 class="form__title">"Forgotten password"</h2>
            <p class="form__news" role="status">{news}</p>
            <FormProblem problem/>
            <Field
                id="forgotten-email"
                label="Email"
                kind=Kind::Input("email")
                value=email
                problem=at(problem, "email")
                hint="The one you registered with. If you cannot read its mails any more, ask whoever runs this tavern."
                autocomplete="username"
            />
            <div class="form__actions">
                <button type="submit" class="button" data-kind="primary" aria-busy=move || busy.get().to_string()>
                    "Mail me a link"
                </button>
                <button type="button" class="button" data-kind="quiet" on:click=move |_| turn(forgotten, false)>
                    "Back to signing in"
                </button>
            </div>
        </form>
    }
}

/// Where the mails of a local project can be read.
fn local_mails() -> Option<&'static str> {
    let place = Config::here().supabase_url.as_str();
    let host = place.strip_prefix("http://")?;
    (host.starts_with("127.0.0.1:") || host.starts_with("localhost:")).then_some(place)
}
