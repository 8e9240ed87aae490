//! The rows of a long list that scrolls: only those near the screen are elements, gaps stand for the rest.
//!
//! A change of the list touches the rows it is about and no other. What is new is built in slices, so that
//! no frame is held up; and the row that one reads stays where it is, whatever comes and goes around it.

use std::{cell::RefCell, rc::Rc};

use leptos::{html::Ol, prelude::*};
use model::Id;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, ResizeObserver};

use crate::{
    driver::frame::NextFrame,
    live::{
        chain::Chain,
        list::{List, Seen},
    },
};

mod drawn;
mod look;
pub mod window;

use drawn::Drawn;
use look::Held;
use window::Window;

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
    /// How high the screen was when one looked last.
    tall: f64,
    held: Option<Held>,
    turn: Option<NextFrame>,
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
            held: None,
            turn: None,
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
            untrack(|| rows.look());
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

    /// Does something that may not be complete; then one looks again when the browser had its turn.
    fn act(self, act: impl FnOnce(&mut State, &Chain<Id>) -> bool) {
        self.with(|state, list| {
            let complete = act(state, list);
            state.turn = (!complete).then(|| NextFrame::new(move || self.look_again()));
        });
    }

    fn look_again(self) {
        // The callback that runs must not drop itself while it does.
        let spent = self
            .state
            .try_with_value(|state| state.borrow_mut().turn.take());
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
        Some(self.list.with_untracked(|list| {
            state.is_stale |= state.window.follow(missed, list);
            act(state, list)
        }))
    }
}
