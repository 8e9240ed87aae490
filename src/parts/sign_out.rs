//! The way out, which asks first when something written would be lost by it.

use leptos::{html::Button, prelude::*};

use crate::{
    account::Account,
    format,
    live::connection::{Kept, Queue},
    parts::{
        opened::{Deed, on_deed},
        show::Show,
    },
};

/// `Sign out`; with unsent writes, what becomes of them, with `Sign out` and `Stay`.
#[component]
pub fn SignOut() -> impl IntoView {
    let account: Account = expect_context();
    let Queue(queue) = expect_context();
    let Kept { unsaved, .. } = expect_context();
    let unsent = Memo::new(move |_| queue.with(|queue| queue.len()));
    let asking = RwSignal::new(false);
    // The browser asks in its own words before a window is closed whose writes are nowhere else.
    let leaving = window_event_listener_untyped("beforeunload", move |event| {
        if unsaved
            .try_get_untracked()
            .is_some_and(|unsaved| unsaved > 0)
        {
            event.prevent_default();
        }
    });
    on_cleanup(move || leaving.remove());
    let button = NodeRef::<Button>::new();
    let press = move || {
        if unsent.get_untracked() > 0 && !asking.get_untracked() {
            asking.set(true);
        } else {
            account.sign_out();
        }
    };
    on_deed(Deed::SignOut, move || {
        press();
        if let Some(button) = button.get_untracked() {
            let _ = button.focus();
        }
    });
    let asked = move || asking.get() && unsent.get() > 0;
    let words = move || match unsaved.get() {
        0 => {
            let changes = format::count(unsent.get(), "unsent change", "unsent changes");
            [&changes, " kept here until you sign in again."].concat()
        }
        lost => {
            let changes = format::count(lost, "unsent change", "unsent changes");
            [&changes, " would be lost."].concat()
        }
    };
    view! {
        <Show when=asked>
            <span class="sign-out__question" role="alert">{words}</span>
            <button type="button" class="button" on:click=move |_| asking.set(false)>"Stay"</button>
        </Show>
        <button type="button" class="button" data-kind="quiet" node_ref=button on:click=move |_| press()>"Sign out"</button>
    }
}
