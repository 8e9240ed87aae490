//! What is true of the connection, in words, where one always sees it.

use leptos::prelude::*;
use sync::Status;

use crate::{
    account::Account,
    format::{Shape, show},
    live::{
        connection::{Connection, Unsent},
        writer::Writer,
    },
};

/// The status in words.
#[must_use]
pub fn words(status: &Status) -> String {
    let plus = |words: String, waiting: usize| match waiting {
        0 => words,
        waiting => [&words, " · ", &waiting.to_string(), " waiting"].concat(),
    };
    match status {
        Status::Connecting => "Connecting".to_owned(),
        Status::CatchingUp => "Catching up".to_owned(),
        Status::Live => "Live".to_owned(),
        Status::Offline { waiting, .. } => plus("Offline".to_owned(), *waiting),
        Status::Reconnecting { seconds, waiting } => plus(
            ["Reconnecting in ", &seconds.to_string(), " s"].concat(),
            *waiting,
        ),
        Status::SignInAgain => "Sign in again".to_owned(),
        Status::Stopped { .. } => "Stopped".to_owned(),
    }
}

fn mood(status: &Status) -> &'static str {
    match status {
        Status::Connecting | Status::CatchingUp => "busy",
        Status::Live => "good",
        Status::Offline { .. } | Status::SignInAgain | Status::Stopped { .. } => "bad",
        Status::Reconnecting { .. } => "soon",
    }
}

/// The dot and the word, and a way to try at once.
#[component]
pub fn ConnectionStatus() -> impl IntoView {
    let Connection(status) = expect_context();
    let writer = Writer::here();
    let counting =
        Memo::new(move |_| status.with(|status| matches!(status, Status::Reconnecting { .. })));
    let offline =
        Memo::new(move |_| status.with(|status| matches!(status, Status::Offline { .. })));
    let since = move || {
        status.with(|status| match status {
            Status::Offline { since, .. } => Some(["Since ", &show(*since, Shape::Time)].concat()),
            Status::Connecting
            | Status::CatchingUp
            | Status::Live
            | Status::Reconnecting { .. }
            | Status::SignInAgain
            | Status::Stopped { .. } => None,
        })
    };
    view! {
        <div class="status" data-mood=move || status.with(mood)>
            // A countdown that is read out each second would drown everything else.
            <span
                class="status__words"
                role="status"
                aria-label="Connection"
                aria-live=move || if counting.get() { "off" } else { "polite" }
                title=since
            >
                {move || status.with(words)}
            </span>
            <Show when=move || counting.get() || offline.get()>
                <button type="button" class="button" data-kind="quiet" on:click=move |_| writer.reconnect_now()>
                    "Try now"
                </button>
            </Show>
        </div>
    }
}

/// What keeps the page from working, above everything else on it.
#[component]
pub fn Trouble() -> impl IntoView {
    let Connection(status) = expect_context();
    let account: Account = expect_context();
    let Unsent(unsent) = expect_context();
    let trouble = Memo::new(move |_| {
        status.with(|status| match status {
            Status::Stopped { reason } => Some((reason.clone(), false)),
            Status::SignInAgain if unsent.get() > 0 => Some((
                "Your session has ended. What was not sent yet is marked on the page: copy it, then sign in again."
                    .to_owned(),
                true,
            )),
            Status::SignInAgain => Some((
                "Your session has ended. Sign in again to go on.".to_owned(),
                true,
            )),
            Status::Connecting
            | Status::CatchingUp
            | Status::Live
            | Status::Offline { .. }
            | Status::Reconnecting { .. } => None,
        })
    });
    move || {
        trouble.get().map(|(reason, sign_in)| {
            view! {
                <div class="notice" role="alert">
                    <p class="notice__words">{reason}</p>
                    <Show when=move || sign_in>
                        <button type="button" class="button" on:click=move |_| account.sign_out()>
                            "Sign in"
                        </button>
                    </Show>
                </div>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use wire::Timestamp;

    use super::*;

    #[test]
    fn waiting_writes_are_counted_after_the_word() {
        let offline = |waiting| Status::Offline {
            since: Timestamp(0),
            waiting,
        };
        assert_eq!(words(&offline(0)), "Offline");
        assert_eq!(words(&offline(2)), "Offline · 2 waiting");
        assert_eq!(
            words(&Status::Reconnecting {
                seconds: 4,
                waiting: 0
            }),
            "Reconnecting in 4 s"
        );
    }
}
