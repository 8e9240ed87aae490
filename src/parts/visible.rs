//! Whether the page is on a screen that somebody may look at.

use leptos::prelude::*;

/// Follows the page's visibility as long as the current owner lives.
#[must_use]
pub fn watch() -> Signal<bool> {
    let is_visible = || document().visibility_state() == web_sys::VisibilityState::Visible;
    let visible = RwSignal::new(is_visible());
    let listener = window_event_listener(leptos::ev::visibilitychange, move |_| {
        let _ = visible.try_set(is_visible());
    });
    on_cleanup(move || listener.remove());
    visible.into()
}
