//! The shape of what comes, until it comes.

use leptos::prelude::*;
use sync::Status;

use crate::live::{
    connection::{Connection, Loaded},
    writer::Writer,
};

use crate::parts::show::Show;

/// Shows its children once rows are there; before, a skeleton of `rows` lines, and in words what is
/// wrong when they cannot come.
#[component]
pub fn Loading(rows: u8, children: ChildrenFn) -> impl IntoView {
    let Loaded(loaded) = expect_context();
    view! {
        <Show when=move || loaded.get() fallback=move || view! { <Skeleton rows/> }>
            {children()}
        </Show>
    }
}

#[component]
fn Skeleton(rows: u8) -> impl IntoView {
    let Connection(status) = expect_context();
    let writer = Writer::here();
    let trouble = Memo::new(move |_| {
        status.with(|status| match status {
            Status::Connecting | Status::CatchingUp | Status::Live => None,
            Status::Offline { .. } => {
                Some("You are offline. The page fills when the network is back.")
            }
            Status::Reconnecting { .. } => {
                Some("The tavern cannot be reached. It tries again by itself.")
            }
            Status::SignInAgain => Some("Your session has ended. Sign in again to see the tavern."),
            Status::Stopped { .. } => Some("The page cannot be loaded; the reason stands above."),
        })
    });
    let can_retry = move || status.with(|status| matches!(status, Status::Reconnecting { .. }));
    view! {
        <div class="skeleton" aria-busy="true">
            <p class="skeleton__words" role="status">
                {move || trouble.get().unwrap_or("Loading")}
            </p>
            <Show when=can_retry>
                <button type="button" class="button" on:click=move |_| writer.reconnect_now()>
                    "Try now"
                </button>
            </Show>
            <div aria-hidden="true">
                {(0..rows)
                    .map(|_| {
                        view! {
                            <div class="skeleton__row">
                                <span class="skeleton__face"></span>
                                <span class="skeleton__line"></span>
                                <span class="skeleton__line"></span>
                            </div>
                        }
                    })
                    .collect_view()}
            </div>
        </div>
    }
}
