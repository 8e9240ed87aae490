//! The places that the navigation names, each with pages of its own.

use super::Route;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_opens_itself() {
        for place in Place::ALL {
            assert_eq!(place.route().place(), Some(place));
        }
    }
}
