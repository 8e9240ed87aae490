//! The rows of a long list that scrolls: only those near the screen are elements, gaps stand for the rest.
//!
//! A change of the list touches the rows it is about and no other. What is new is built in slices, so that
//! no frame is held up; and the row that one reads stays where it is, whatever comes and goes around it.

use std::{cell::RefCell, rc::Rc, time::Duration};

use leptos::{html::Ol, prelude::*};
use model::Id;
use sync::Instant;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, ResizeObserver};

use crate::{
    driver::{
        clock::{self, Timer},
        frame::NextFrame,
    },
    live::{
        chain::Chain,
        list::{List, Missed, Seen},
    },
};

mod drawn;
mod look;
mod screen;
pub mod window;

use drawn::Drawn;
use screen::Held;
use window::Window;

/// So many rows at once, and so many times one after the other, are a rush: nobody reads them as they go by.
const MANY: usize = 12;
const TIMES: u32 = 3;
/// In a rush, rows are drawn so often: what comes is taken in sooner when not all of it is drawn.
const PACE: Duration = Duration::from_millis(100);

/// Draws a row, of one element, from its key and the key before it.
type Draw = Box<dyn Fn(Id, Signal<Option<Id>>) -> AnyView>;

/// The rows of a list, in an element of their own that stands in one that scrolls.
#[derive(Clone, Copy)]
pub struct Rows {
    list: List<Id>,
    node: NodeRef<Ol>,
    state: StoredValue<Rc<RefCell<State>>, LocalStorage>,
}

struct State {
    drawn: Option<Drawn>,
    owner: Owner,
    draw: Draw,
    seen: Seen,
    window: Window<Id>,
    /// Whether the list is another than what is drawn.
    is_stale: bool,
    /// A row that was asked for stays, until one has come to it.
    asked: Option<Id>,
    /// How high the screen was when one looked last, and how wide.
    tall: f64,
    wide: f64,
    /// How high each drawn row was then.
    sizes: Vec<(Id, f64)>,
    /// How high the drawn rows were then, on average.
    typical: f64,
    held: Option<Held>,
    turn: Option<NextFrame>,
    /// When many rows came at once, and how many times one after the other.
    many: Option<(Instant, u32)>,
    /// Whether this is a rush.
    is_rush: bool,
    /// Until one looks again in a rush.
    rush: Option<Timer>,
}

impl Rows {
    /// Shows `list` as long as the current owner lives.
    pub fn new(list: List<Id>, draw: impl Fn(Id, Signal<Option<Id>>) -> AnyView + 'static) -> Self {
        let node = NodeRef::new();
        let state = Rc::new(RefCell::new(State {
            drawn: None,
            owner: Owner::current().unwrap_or_default(),
            draw: Box::new(draw),
            seen: Seen::default(),
            window: Window::default(),
            is_stale: false,
            asked: None,
            tall: 0.0,
            wide: 0.0,
            sizes: Vec::new(),
            typical: window::GUESS,
            held: None,
            turn: None,
            many: None,
            is_rush: false,
            rush: None,
        }));
        let rows = Self {
            list,
            node,
            state: StoredValue::new_local(state),
        };
        let resized = Closure::<dyn FnMut()>::new(move || rows.act(State::resized));
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
        let watched = StoredValue::new_local((observer, resized));
        on_cleanup(move || {
            watched.with_value(|(observer, _)| observer.as_ref().map(ResizeObserver::disconnect));
            watched.dispose();
        });
        Effect::new(move |_| {
            let Some(node) = node.get() else { return };
            watched.with_value(|(observer, _)| {
                if let Some((observer, room)) = observer.as_ref().zip(node.parent_element()) {
                    observer.observe(&room);
                    observer.observe(&node);
                }
            });
        });
        Effect::new(move |_| {
            list.with(|_| ());
            untrack(|| rows.changed());
        });
        rows
    }

    /// The element to fill.
    #[must_use]
    pub fn node(self) -> NodeRef<Ol> {
        self.node
    }

    /// Draws what is near the screen now: the list has scrolled or changed.
    pub fn look(self) {
        self.act(State::look);
    }

    /// Draws one row, wherever it stands, and gives its element.
    #[must_use]
    pub fn reveal(self, key: Id) -> Option<Element> {
        self.with(|state, list| state.reveal(key, list)).flatten()
    }

    /// The list is another; in a rush one looks soon anyway.
    fn changed(self) {
        let rushes = |state: &Rc<RefCell<State>>| state.borrow().rush.is_some();
        if self.state.try_with_value(rushes) == Some(false) {
            self.look();
        }
    }

    /// Does something that may not be complete; then one looks again when the browser had its turn.
    fn act(self, act: impl FnOnce(&mut State, &Chain<Id>) -> bool) {
        self.with(|state, list| {
            let complete = act(state, list);
            if state.is_rush {
                state.rush = Some(Timer::new(PACE, move || self.look_again()));
            }
            let again = !complete && state.rush.is_none();
            state.turn = again.then(|| NextFrame::new(move || self.look_again()));
        });
    }

    fn look_again(self) {
        // The callback that runs must not drop itself while it does.
        let spent = self.state.try_with_value(|state| {
            let state = &mut *state.borrow_mut();
            (state.turn.take(), state.rush.take())
        });
        self.look();
        drop(spent);
    }

    fn with<R>(self, act: impl FnOnce(&mut State, &Chain<Id>) -> R) -> Option<R> {
        let state = self.state.try_get_value()?;
        let state = &mut *state.borrow_mut();
        if state.drawn.is_none() {
            let node = self.node.try_get_untracked().flatten()?;
            state.drawn = Some(Drawn::new(node.into(), state.owner.clone()));
        }
        let missed = untrack(|| self.list.missed(&mut state.seen));
        state.count(&missed);
        Some(self.list.with_untracked(|list| {
            state.is_stale |= state.window.follow(missed, list);
            act(state, list)
        }))
    }
}

impl State {
    /// Sees whether this is a rush.
    fn count(&mut self, missed: &Missed<Id>) {
        let now = clock::now().instant;
        let are_many = match missed {
            Missed::Steps(steps) => steps.len() > MANY,
            Missed::All => true,
        };
        self.is_rush = false;
        if are_many {
            let before = self.many.filter(|(at, _)| now.since(*at) < 2 * PACE);
            let times = before.map_or(1, |(_, times)| times.saturating_add(1));
            self.many = Some((now, times));
            self.is_rush = times >= TIMES;
        }
    }
}
