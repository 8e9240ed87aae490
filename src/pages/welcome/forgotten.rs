//! The form for a forgotten password.

use leptos::{prelude::*, task::spawn_local};

use super::turn;
use crate::{
    account::{Account, Problem},
    config::Config,
    parts::{
        field::{Field, Kind},
        form::{Form, Sending},
    },
};

/// Asks for the address; then says where to look.
#[component]
pub fn Forgotten(email: RwSignal<String>, forgotten: RwSignal<bool>) -> impl IntoView {
    let account: Account = expect_context();
    let sending = Sending::new();
    let mailed = RwSignal::new(None::<String>);
    let send = Callback::new(move |()| {
        let address = email.with_untracked(|email| email.trim().to_owned());
        mailed.set(None);
        if !address.contains('@') {
            let words = "Type the address that you registered with.";
            return Err(Problem::at("email", words));
        }
        spawn_local(async move {
            let answer = account.recover(address.clone()).await;
            let _ = mailed.try_set(answer.is_ok().then_some(address));
            sending.answered(answer.err());
        });
        Ok(())
    });
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
    let head = view! {
        <h2 class="form__title">"Forgotten password"</h2>
        <p class="form__news" role="status">{news}</p>
    };
    let beside = view! {
        <button type="button" class="button" data-kind="quiet" on:click=move |_| turn(forgotten, false)>
            "Back to signing in"
        </button>
    };
    view! {
        <Form
            sending
            label="Forgotten password"
            class="form card"
            head=head.into_any()
            on_send=send
            action="Mail me a link"
            beside=beside.into_any()
        >
            <Field
                id="forgotten-email"
                label="Email"
                kind=Kind::Input("email")
                value=email
                problem=sending.at("email")
                hint="The one you registered with. If you cannot read its mails any more, ask whoever runs this tavern."
                autocomplete="username"
            />
        </Form>
    }
    .into_any()
}

/// Where the mails of a local project can be read.
fn local_mails() -> Option<&'static str> {
    let place = Config::here().supabase_url.as_str();
    let host = place.strip_prefix("http://")?;
    (host.starts_with("127.0.0.1:") || host.starts_with("localhost:")).then_some(place)
}
