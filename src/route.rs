//! Where one is: the part of the address after `#`, read and printed.

use std::fmt;

use leptos::prelude::*;
use uuid::Uuid;
use wasm_bindgen::JsValue;
use web_sys::Event;

use crate::driver::frame::NextFrame;

pub mod month;
mod place;

use month::Month;
pub use place::Place;

/// A page of the tavern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// The room for all.
    Tavern,
    /// All events.
    Events,
    /// Events on the sheet of a month, of that of now where none is named.
    EventsByMonth(Option<Month>),
    /// Events that are over.
    EventsOver,
    /// One event.
    Event(Uuid),
    /// All members.
    Members,
    /// One member.
    Member(Uuid),
    /// All conversations.
    Messages,
    /// The conversation with one member.
    Conversation(Uuid),
    /// What one decides for oneself.
    Settings,
    /// Another password.
    Password,
    /// An address that leads nowhere.
    Unknown,
}

impl Route {
    /// Reads a hash, with its `#`. Whatever is not an address of ours opens the tavern; an address of
    /// ours that is not known says so.
    #[must_use]
    pub fn parse(hash: &str) -> Self {
        let Some(path) = hash.strip_prefix("#/") else {
            return Self::Tavern;
        };
        let mut steps = path.trim_end_matches('/').split('/');
        let (first, second, third) = (steps.next(), steps.next(), steps.next());
        match (first, second, third) {
            (Some("events"), Some("month"), None) => return Self::EventsByMonth(None),
            (Some("events"), Some("past"), None) => return Self::EventsOver,
            (_, _, _) => {}
        }
        if let (Some("events"), Some("month"), Some(month)) = (first, second, third) {
            let month = Month::parse(month).filter(|_| steps.next().is_none());
            return month.map_or(Self::Unknown, |month| Self::EventsByMonth(Some(month)));
        }
        let id = second.map(Uuid::parse_str);
        match (first, id, third) {
            (Some("" | "tavern"), None, None) => Self::Tavern,
            (Some("events"), None, None) => Self::Events,
            (Some("events"), Some(Ok(id)), None) => Self::Event(id),
            (Some("members"), None, None) => Self::Members,
            (Some("members"), Some(Ok(id)), None) => Self::Member(id),
            (Some("messages"), None, None) => Self::Messages,
            (Some("messages"), Some(Ok(id)), None) => Self::Conversation(id),
            (Some("settings"), None, None) => Self::Settings,
            (Some("password"), None, None) => Self::Password,
            (_, _, _) => Self::Unknown,
        }
    }

    /// The place that it is part of.
    #[must_use]
    pub fn place(self) -> Option<Place> {
        match self {
            Self::Tavern => Some(Place::Tavern),
            Self::Events | Self::EventsByMonth(_) | Self::EventsOver | Self::Event(_) => {
                Some(Place::Events)
            }
            Self::Members | Self::Member(_) => Some(Place::Members),
            Self::Messages | Self::Conversation(_) => Some(Place::Messages),
            Self::Settings | Self::Password | Self::Unknown => None,
        }
    }

    /// The page that shows it; on the page of months, one looks through all of them.
    #[must_use]
    pub fn page(self) -> Self {
        match self {
            Self::EventsByMonth(_) => Self::EventsByMonth(None),
            other => other,
        }
    }

    /// Address, as a link has it.
    #[must_use]
    pub fn href(self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tavern => f.write_str("#/tavern"),
            Self::Events => f.write_str("#/events"),
            Self::EventsByMonth(None) => f.write_str("#/events/month"),
            Self::EventsByMonth(Some(month)) => write!(f, "#/events/month/{month}"),
            Self::EventsOver => f.write_str("#/events/past"),
            Self::Event(id) => write!(f, "#/events/{id}"),
            Self::Members => f.write_str("#/members"),
            Self::Member(id) => write!(f, "#/members/{id}"),
            Self::Messages => f.write_str("#/messages"),
            Self::Conversation(id) => write!(f, "#/messages/{id}"),
            Self::Settings => f.write_str("#/settings"),
            Self::Password => f.write_str("#/password"),
            Self::Unknown => f.write_str("#/unknown"),
        }
    }
}

/// The current route; follows links and the browser's back and forward.
#[must_use]
pub fn watch() -> Signal<Route> {
    let route = RwSignal::new(now());
    let listener = window_event_listener(leptos::ev::hashchange, move |_| {
        let _ = route.try_set(now());
    });
    on_cleanup(move || listener.remove());
    Memo::new(move |_| route.get()).into()
}

/// The route that the address names at this moment.
#[must_use]
pub fn now() -> Route {
    Route::parse(&window().location().hash().unwrap_or_default())
}

/// Gives the page that is shown another address; its entry in the history stays the same one.
pub fn replace(route: Route) {
    let Ok(history) = window().history() else {
        return;
    };
    let number = history.state().unwrap_or(JsValue::NULL);
    let done = history.replace_state_with_url(&number, "", Some(&route.href()));
    // The browser tells of it only when a link has done it.
    if let (Ok(()), Ok(event)) = (done, Event::new("hashchange")) {
        let _ = window().dispatch_event(&event);
    }
}

/// The route that is asked for, while the page of another may still be drawn; found in context.
#[derive(Clone, Copy)]
pub struct Asked(pub Signal<Route>);

/// Whether the person is at `route`. A page that stands alone, as in a test, is where it should be.
pub fn is_at(route: Route) -> impl Fn() -> bool + Copy + Send + Sync {
    let asked: Option<Asked> = use_context();
    move || asked.is_none_or(|Asked(asked)| asked.get() == route)
}

/// The route whose page is drawn. It follows `asked` once the browser has shown what was asked for: to draw another page
/// takes longer than a click may go without an answer.
#[must_use]
pub fn drawn(asked: Signal<Route>) -> Signal<Route> {
    let drawn = RwSignal::new(asked.get_untracked());
    let turn = StoredValue::new_local(None);
    Effect::new(move |_| {
        if asked.get() != drawn.get_untracked() {
            turn.set_value(Some(NextFrame::new(move || {
                if let Some(route) = asked.try_get_untracked() {
                    let _ = drawn.try_set(route);
                }
            })));
        }
    });
    Memo::new(move |_| drawn.get()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        let id = Uuid::from_u128(7);
        for route in [
            Route::Tavern,
            Route::Events,
            Route::EventsByMonth(None),
            Route::EventsByMonth(Month::new(2026, 10)),
            Route::EventsOver,
            Route::Event(id),
            Route::Members,
            Route::Member(id),
            Route::Messages,
            Route::Conversation(id),
            Route::Settings,
            Route::Password,
            Route::Unknown,
        ] {
            assert_eq!(Route::parse(&route.to_string()), route);
        }
    }

    #[test]
    fn any_hash_leads_somewhere() {
        let opens = |hash| Route::parse(hash);
        for hash in ["", "#", "#/", "#access_token=x&type=signup", "#/tavern/"] {
            assert_eq!(opens(hash), Route::Tavern, "{hash}");
        }
        for hash in [
            "#/nowhere",
            "#/events/7",
            "#/members/x",
            "#/events/",
            "#/tavern/a/b",
            "#/events/month/2026-13",
            "#/events/month/2026-11/x",
            "#/é",
        ] {
            let expected = if hash == "#/events/" {
                Route::Events
            } else {
                Route::Unknown
            };
            assert_eq!(opens(hash), expected, "{hash}");
        }
    }
}
