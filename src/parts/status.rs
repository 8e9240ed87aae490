//! What is true of the connection, in words, where one always sees it.

use std::mem::{Discriminant, discriminant};

use leptos::prelude::*;
use sync::Status;
use wire::Timestamp;

use crate::{
    account::Account,
    format::{Shape, now, same_day, show},
    live::{
        connection::{AsOf, Connection, Kept, Unsent},
        writer::Writer,
    },
    parts::opened::{Opened, Panel},
    parts::queue::{needs_you, panel::QueuePanel},
    parts::show::Show,
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

/// What the status means for whoever uses the page.
#[must_use]
pub fn meaning(status: &Status) -> &'static str {
    match status {
        Status::Connecting => "What you see may be older; what you write is sent once connected.",
        Status::CatchingUp => "What was missed is being fetched.",
        Status::Live => "Everything you see is as the tavern has it.",
        Status::Offline { .. } => "This device has no network. What you write waits until it has.",
        Status::Reconnecting { .. } => {
            "The tavern cannot be reached. It is tried again by itself, and what you write waits."
        }
        Status::SignInAgain => "Your session has ended. What you write waits until you sign in.",
        Status::Stopped { .. } => "It will not get better by itself; the reason is above the page.",
    }
}

/// The dot and the word, which open the panel, and a way to try at once.
#[component]
pub fn ConnectionStatus() -> impl IntoView {
    let Connection(status) = expect_context();
    let writer = Writer::here();
    let needs_you = needs_you();
    let counting =
        Memo::new(move |_| status.with(|status| matches!(status, Status::Reconnecting { .. })));
    let offline =
        Memo::new(move |_| status.with(|status| matches!(status, Status::Offline { .. })));
    let since = since(status);
    let AsOf(as_of) = expect_context();
    let text = Memo::new(move |_| {
        let mut words = status.with(words);
        // While an answer may come at any moment, it is no news that there was none yet.
        let alone =
            status.with(|status| !matches!(status, Status::Connecting | Status::CatchingUp));
        if let Some(as_of) = as_of.get().filter(|_| alone) {
            words = [&words, " · as of ", &short(as_of)].concat();
        }
        match needs_you.get() {
            0 => words,
            1 => [&words, " · 1 needs you"].concat(),
            count => [&words, " · ", &count.to_string(), " need you"].concat(),
        }
    });
    let Opened(opened) = expect_context();
    let close = Callback::new(move |()| {
        if opened.get_untracked() == Some(Panel::Connection) {
            opened.set(None);
        }
    });
    view! {
        <div
            class="status"
            data-mood=move || status.with(mood)
            data-needs-you=move || (needs_you.get() > 0).then_some("true")
        >
            <button
                type="button"
                class="status__words"
                aria-haspopup="dialog"
                title=move || ["Since ", &show(since.get(), Shape::Time)].concat()
                on:click=move |_| opened.set(Some(Panel::Connection))
            >
                {text}
            </button>
            // A countdown that is read out each second would drown everything else.
            <span
                class="quiet-words"
                role="status"
                aria-label="Connection"
                aria-live=move || if counting.get() { "off" } else { "polite" }
            >
                {text}
            </span>
            <Show when=move || counting.get() || offline.get()>
                <button type="button" class="button" data-kind="quiet" on:click=move |_| writer.reconnect_now()>
                    "Try now"
                </button>
            </Show>
        </div>
        <Show when=move || opened.get() == Some(Panel::Connection)>
            <QueuePanel since on_close=close/>
        </Show>
    }
}

/// A time as one says it now: of another day, with the day.
#[must_use]
pub fn short(at: Timestamp) -> String {
    let shape = if same_day(at, now()) {
        Shape::Time
    } else {
        Shape::Short
    };
    show(at, shape)
}

/// Since when the connection is as it is; a countdown that goes on is no news.
fn since(status: Signal<Status>) -> Signal<Timestamp> {
    let last = Memo::new(move |old: Option<&(Discriminant<Status>, Timestamp)>| {
        status.with(|status| {
            let kind = discriminant(status);
            let at = match (status, old) {
                (Status::Offline { since, .. }, _) => *since,
                (_, Some((same, at))) if *same == kind => *at,
                (_, Some(_) | None) => now(),
            };
            (kind, at)
        })
    });
    Signal::derive(move || last.with(|(_, at)| *at))
}

/// What keeps the page from working, above everything else on it.
#[component]
pub fn Trouble() -> impl IntoView {
    let Connection(status) = expect_context();
    let account: Account = expect_context();
    let Unsent(unsent) = expect_context();
    let Kept { unsaved, .. } = expect_context();
    let trouble = Memo::new(move |_| {
        status.with(|status| match status {
            Status::Stopped { reason } => Some((reason.clone(), false)),
            Status::SignInAgain if unsaved.get() > 0 => Some((
                "Your session has ended. What was not sent yet would be lost: copy it, then sign in again."
                    .to_owned(),
                true,
            )),
            Status::SignInAgain if unsent.get() > 0 => Some((
                "Your session has ended. What was not sent yet is kept here and sent when you sign in again."
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
