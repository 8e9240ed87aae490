//! Where one is: the part of the address after `#`, read and printed.

use std::fmt;

use leptos::prelude::*;
use uuid::Uuid;

use crate::driver::frame::NextFrame;

/// A page of the tavern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// The room for all.
    Tavern,
    /// All events.
    Events,
    /// Events on a month's sheet.
    EventsByMonth,
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

/// The four places that the navigation names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Chat of all.
    Tavern,
    /// Events.
    Events,
    /// Members.
    Members,
    /// Private messages.
    Messages,
}

impl Place {
    /// All places, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Tavern, Self::Events, Self::Members, Self::Messages];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tavern => "Tavern",
            Self::Events => "Events",
            Self::Members => "Members",
            Self::Messages => "Messages",
        }
    }

    /// Where it begins.
    #[must_use]
    pub fn route(self) -> Route {
        match self {
            Self::Tavern => Route::Tavern,
            Self::Events => Route::Events,
            Self::Members => Route::Members,
            Self::Messages => Route::Messages,
        }
    }
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
            (Some("events"), Some("month"), None) => return Self::EventsByMonth,
            (Some("events"), Some("past"), None) => return Self::EventsOver,
            (_, _, _) => {}
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
            Self::Events | Self::EventsByMonth | Self::EventsOver | Self::Event(_) => {
                Some(Place::Events)
            }
            Self::Members | Self::Member(_) => Some(Place::Members),
            Self::Messages | Self::Conversation(_) => Some(Place::Messages),
            Self::Settings | Self::Password | Self::Unknown => None,
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
            Self::EventsByMonth => f.write_str("#/events/month"),
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
    let read = || Route::parse(&window().location().hash().unwrap_or_default());
    let route = RwSignal::new(read());
    let listener = window_event_listener(leptos::ev::hashchange, move |_| {
        let _ = route.try_set(read());
    });
    on_cleanup(move || listener.remove());
    Memo::new(move |_| route.get()).into()
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
            Route::EventsByMonth,
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

    #[test]
    fn every_place_opens_itself() {
        for place in Place::ALL {
            assert_eq!(place.route().place(), Some(place));
        }
    }
}
