//! What is drawn of a list, by what of it is on the screen.

use std::time::Duration;

use model::Id;
use web_sys::Element;

use super::{
    State,
    screen::{Held, Screen},
};
use crate::{driver::clock, live::chain::Chain};

/// Rows are drawn as far as one screen beyond either edge of the screen, and kept as far as this many.
const KEPT: f64 = 1.5;
/// So many rows beside those on the screen are drawn however far they reach: Tab goes from one to the next.
const BESIDE: usize = 2;
/// A slice of building rows: a quarter of what a frame at 60 Hz has.
const SLICE: Duration = Duration::from_millis(4);
/// A slice in a rush, when there are few of them.
const RUSH: Duration = Duration::from_millis(12);
/// So many rows are built in a slice however long they take: short lists are there at once.
const AT_ONCE: usize = 12;

impl State {
    /// Draws what is near the screen, for one slice; whether that is all of it.
    pub(super) fn look(&mut self, list: &Chain<Id>) -> bool {
        let Some(screen) = self.drawn.as_ref().and_then(|it| Screen::of(&it.parent)) else {
            return true;
        };
        self.fit(&screen, list);
        self.hold(&screen);
        self.tall = screen.tall;
        let first = self.hide_far(&screen);
        let first = first.or_else(|| self.start(&screen, list));
        let Some((first, built)) = first.and_then(|key| self.fill(key, &screen, list)) else {
            self.held = None;
            self.arrange(list);
            return true;
        };
        self.held = Some(Held {
            scroll: screen.room.scroll_top(),
            ..first
        });
        if self.is_stale {
            self.arrange(list);
            self.hold(&screen);
        }
        // What was built may be higher or lower than was thought.
        built == 0
    }

    /// Something has another size: the list, and then what one reads stays where it is, or the screen.
    pub(super) fn resized(&mut self, list: &Chain<Id>) -> bool {
        let Some(screen) = self.drawn.as_ref().and_then(|it| Screen::of(&it.parent)) else {
            return true;
        };
        if (screen.tall - self.tall).abs() > 0.5 || (screen.wide - self.wide).abs() > 0.5 {
            return self.look(list);
        }
        self.hold(&screen);
        false
    }

    /// Draws one row, wherever it stands.
    pub(super) fn reveal(&mut self, key: Id, list: &Chain<Id>) -> Option<Element> {
        if !list.contains(key) {
            return None;
        }
        self.asked = Some(key);
        if !self.window.shown().contains(key) {
            self.draw(key, list);
        }
        self.arrange(list);
        self.drawn.as_ref()?.element(key).cloned()
    }

    /// Hides what is far from the screen; names the first row that begins on it, else one that is on it.
    fn hide_far(&mut self, screen: &Screen) -> Option<Id> {
        let drawn = self.drawn.as_ref()?;
        let shown = self.window.shown();
        let kept = KEPT * screen.tall;
        let place = |key| Some((key, drawn.place(key)?));
        let rows: Vec<_> = shown.iter().filter_map(place).collect();
        let first = rows.iter().position(|(_, it)| it.bottom() > screen.top);
        let first = first.unwrap_or(rows.len());
        let last = rows.iter().rposition(|(_, it)| it.top() < screen.bottom);
        let after = last.map_or(0, |last| last + 1);
        let on_screen = rows.get(first..after).unwrap_or_default();
        if on_screen.iter().any(|(key, _)| self.asked == Some(*key)) {
            self.asked = None;
        }
        let stays = |key| self.asked == Some(key) || drawn.is_in_use(key);
        let above = rows.iter().take(first.saturating_sub(BESIDE));
        let above = above.filter(|(_, it)| screen.top - it.bottom() > kept);
        let below = rows.iter().skip(after.saturating_add(BESIDE));
        let below = below.filter(|(_, it)| it.top() - screen.bottom > kept);
        let far = above.chain(below).map(|(key, _)| *key);
        let far: Vec<_> = far.filter(|key| !stays(*key)).collect();
        if !rows.is_empty() {
            let heights: f64 = rows.iter().map(|(_, it)| it.height()).sum();
            self.typical = heights / rows.len() as f64;
        }
        self.sizes.clear();
        let sizes = rows.iter().map(|(key, it)| (*key, it.height()));
        self.sizes.extend(sizes);
        let held = on_screen.iter().find(|(_, it)| it.top() >= screen.top);
        let held = held.or(on_screen.first()).map(|(key, _)| *key);
        // All is measured before anything changes.
        let far: Vec<_> = far
            .into_iter()
            .filter_map(|key| Some((key, drawn.extent(key)?)))
            .collect();
        self.is_stale |= !far.is_empty();
        for (key, height) in far {
            self.window.hide(key, height);
        }
        held
    }

    /// Draws a first row on a screen that shows none.
    fn start(&mut self, screen: &Screen, list: &Chain<Id>) -> Option<Id> {
        let drawn = self.drawn.as_ref()?;
        let below = |key| {
            let top = drawn.place(key)?.top();
            (top >= screen.bottom).then_some((key, top))
        };
        let next = self.window.shown().iter().find_map(below);
        let end = || drawn.parent.get_bounding_client_rect().bottom();
        let pixels = next.map_or_else(end, |(_, top)| top) - screen.bottom;
        let next = next.map(|(key, _)| key);
        let key = self.window.above(next, pixels, list).or(next)?;
        if !self.window.shown().contains(key) {
            self.draw(key, list);
        }
        self.arrange(list);
        Some(key)
    }

    /// Draws rows around one that is drawn, those nearest to the screen first; says where that one is,
    /// and how many were drawn.
    fn fill(&mut self, key: Id, screen: &Screen, list: &Chain<Id>) -> Option<(Held, usize)> {
        let first = key;
        let end = clock::now().instant + if self.is_rush { RUSH } else { SLICE };
        let place = self.drawn.as_ref()?.place(key)?;
        let (mut top, mut bottom) = (place.top(), place.bottom());
        let (mut up, mut down) = (list.before(key), list.after(key));
        let (mut beside_up, mut beside_down) = (0, 0);
        let mut built = 0;
        loop {
            // Pixels between the screen and the row that comes next, on either side.
            let above = up.map(|key| (screen.top - top, key));
            let above = above.filter(|(away, _)| *away < screen.tall || beside_up < BESIDE);
            let below = down.map(|key| (bottom - screen.bottom, key));
            let below = below.filter(|(away, _)| *away < screen.tall || beside_down < BESIDE);
            let goes_up = match (above, below) {
                (Some((above, _)), Some((below, _))) => above < below,
                (above, _) => above.is_some(),
            };
            let Some((away, key)) = (if goes_up { above } else { below }) else {
                break;
            };
            let is_beside = usize::from(away >= 0.0);
            let height = if self.window.shown().contains(key) {
                self.drawn.as_ref()?.place(key)?.height()
            } else {
                if built >= AT_ONCE && clock::now().instant >= end {
                    break;
                }
                built += 1;
                self.draw(key, list);
                self.window.known(key).unwrap_or(self.typical)
            };
            if goes_up {
                beside_up += is_beside;
                top -= height;
                up = list.before(key);
            } else {
                beside_down += is_beside;
                bottom += height;
                down = list.after(key);
            }
        }
        let held = Held {
            key: first,
            top: place.top(),
            edge: screen.top,
            scroll: 0,
        };
        Some((held, built))
    }

    fn draw(&mut self, key: Id, list: &Chain<Id>) {
        self.window.draw(key, list);
        if let Some(drawn) = &mut self.drawn {
            drawn.build(key, list.before(key), &self.draw);
        }
        self.is_stale = true;
    }

    pub(super) fn arrange(&mut self, list: &Chain<Id>) {
        self.is_stale = false;
        if let Some(drawn) = &mut self.drawn {
            drawn.arrange(&self.window, list);
        }
    }
}
