//! What one sees of a list, and the row in it that stays where it is, whatever changes around it.

use model::Id;
use web_sys::Element;

use super::State;
use crate::live::chain::Chain;

/// What one sees of the list.
pub(super) struct Screen {
    pub(super) room: Element,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) tall: f64,
    pub(super) wide: f64,
}

impl Screen {
    pub(super) fn of(list: &Element) -> Option<Self> {
        let room = list.parent_element()?;
        let place = room.get_bounding_client_rect();
        let screen = Self {
            top: place.top(),
            bottom: place.bottom(),
            tall: place.height(),
            wide: f64::from(room.client_width()),
            room,
        };
        (screen.tall > 0.0).then_some(screen)
    }
}

/// A row on the screen that stays where it is.
#[derive(Clone, Copy)]
pub(super) struct Held {
    pub(super) key: Id,
    pub(super) top: f64,
    /// Where the screen began then.
    pub(super) edge: f64,
    /// How far the list was scrolled then; somebody who scrolls wants it elsewhere.
    pub(super) scroll: i32,
}

impl State {
    /// When the list has another width, rows that are not drawn are taken to change as those did that are, and the row
    /// that is held stays where it was on the screen, wherever the browser has scrolled.
    pub(super) fn fit(&mut self, screen: &Screen, list: &Chain<Id>) {
        let before = std::mem::replace(&mut self.wide, screen.wide);
        if before == 0.0 || (screen.wide - before).abs() <= 0.5 {
            return;
        }
        let Some(drawn) = self.drawn.as_ref() else {
            return;
        };
        let mut sums = (0.0, 0.0);
        for (key, old) in &self.sizes {
            if let Some(place) = drawn.place(*key) {
                sums = (sums.0 + old, sums.1 + place.height());
            }
        }
        if sums.0 > 0.0 && sums.1 > 0.0 {
            self.window.scale(sums.1 / sums.0);
        }
        self.arrange(list);
        if let Some(held) = self.held.filter(|held| held.scroll != 0) {
            // A screen that is lower now has what one reads in its upper half.
            let below = (held.top - held.edge).min(screen.tall / 2.0);
            self.held = Some(Held {
                top: screen.top + below,
                edge: screen.top,
                scroll: screen.room.scroll_top(),
                ..held
            });
        }
    }

    /// Scrolls the row that is held back to where it was.
    pub(super) fn hold(&mut self, screen: &Screen) {
        // At its end, the list stays there by itself.
        if let Some(held) = self
            .held
            .filter(|held| held.scroll != 0 && held.scroll == screen.room.scroll_top())
            && let Some(place) = self.drawn.as_ref().and_then(|it| it.place(held.key))
            && (place.top() - held.top).abs() >= 0.5
        {
            let moved = place.top() - held.top;
            screen.room.scroll_by_with_x_and_y(0.0, moved);
            self.held = Some(Held {
                scroll: screen.room.scroll_top(),
                ..held
            });
        }
    }
}
