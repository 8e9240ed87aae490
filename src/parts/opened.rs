//! Which of the windows over the page is open, and the keys that open them from anywhere.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use crate::route::Route;

/// A window over the page that belongs to no page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// What is true of the connection.
    Connection,
    /// The way to anywhere.
    Palette,
    /// The keys.
    Keys,
    /// What a page or a part does when it is asked to, wherever that was.
    Deed(Deed),
}

/// Something to do that belongs to a page, or to the frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Announce an event.
    NewEvent,
    /// Write to somebody.
    NewMessage,
    /// Search in what was said.
    Search,
    /// Take one's data along.
    Export,
    /// Sign out.
    SignOut,
}

impl Deed {
    /// The page that does it; none where the frame does.
    #[must_use]
    pub fn page(self) -> Option<Route> {
        match self {
            Self::NewEvent => Some(Route::Events),
            Self::NewMessage => Some(Route::Messages),
            Self::Search => Some(Route::Tavern),
            Self::Export => Some(Route::Settings),
            Self::SignOut => None,
        }
    }
}

/// The one that is open; found in context.
#[derive(Clone, Copy)]
pub struct Opened(pub RwSignal<Option<Panel>>);

/// Provides it to everything below the current owner, and listens to the keys.
#[must_use]
pub fn provide() -> Opened {
    let opened = RwSignal::new(None);
    provide_context(Opened(opened));
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let wanted = wanted(&event);
        if wanted.is_some() && !is_covered() {
            event.prevent_default();
            let _ = opened.try_set(wanted);
        }
    });
    on_cleanup(move || listener.remove());
    Opened(opened)
}

/// Runs `act` whenever this is to be done, as long as the current owner lives.
pub fn on_deed(deed: Deed, act: impl Fn() + 'static) {
    // A page may stand alone, as in a test.
    let Some(Opened(opened)) = use_context() else {
        return;
    };
    Effect::new(move |_| {
        if opened.try_get().flatten() == Some(Panel::Deed(deed)) {
            opened.set(None);
            untrack(&act);
        }
    });
}

fn wanted(event: &KeyboardEvent) -> Option<Panel> {
    let command = event.ctrl_key() || event.meta_key();
    match event.key().as_str() {
        "k" if command && !event.shift_key() && !event.alt_key() => Some(Panel::Palette),
        "?" if !command && !is_typing(event) => Some(Panel::Keys),
        _ => None,
    }
}

/// Whether the key is meant for a field.
fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.matches("input, textarea, select").unwrap_or(false))
}

/// Whether a window is open over the page already.
fn is_covered() -> bool {
    document()
        .query_selector("dialog[open]")
        .ok()
        .flatten()
        .is_some()
}
