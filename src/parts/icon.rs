//! The few signs of the house, drawn as strokes.

use leptos::prelude::*;

/// Which sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A mug, for the tavern.
    Mug,
    /// A page of a calendar, for events.
    Calendar,
    /// Two people, for members.
    People,
    /// A letter, for messages.
    Letter,
    /// A glass that one looks through.
    Glass,
    /// An arrow, back.
    Back,
}

impl Sign {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Mug,
        Self::Calendar,
        Self::People,
        Self::Letter,
        Self::Glass,
        Self::Back,
    ];

    fn path(self) -> &'static str {
        match self {
            Self::Mug => {
                "M5 8h10v9a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3zM15 10h2.5a2.5 2.5 0 0 1 0 6H15M8 3.5v1.5M12 3.5v1.5"
            }
            Self::Calendar => {
                "M4 7a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM4 10.5h16M8.5 3v4M15.5 3v4"
            }
            Self::People => {
                "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 19.5c0-3 2.7-5 6-5s6 2 6 5M16 5a3.2 3.2 0 0 1 0 6.2M17.5 14.9c2.1.6 3.5 2.2 3.5 4.6"
            }
            Self::Letter => {
                "M3.5 7.5a2 2 0 0 1 2-2h13a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2zM4 7.5l8 6 8-6"
            }
            Self::Glass => "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.2 15.2 20 20",
            Self::Back => "M14.5 5.5 8 12l6.5 6.5",
        }
    }
}

/// The sign; a word always stands beside it, so it is silent.
#[component]
pub fn Icon(sign: Sign) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=sign.path()></path>
        </svg>
    }
}
