//! The rows of a list as elements: a change of the list touches the rows it is about and no other.
//!
//! A keyed loop compares the whole list after each change. This takes the list's steps instead, and
//! builds what is new in slices, so that thousands of new rows do not hold up a frame.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet, VecDeque},
    hash::Hash,
    rc::Rc,
    time::Duration,
};

use leptos::{
    html::ElementType,
    prelude::*,
    tachys::{
        reactive_graph::{OwnedView, OwnedViewState},
        view::any_view::AnyViewState,
    },
};
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::{
    driver::{clock, frame::NextFrame},
    live::list::{List, Seen},
};

pub mod window;

use window::Window;

/// A slice of building rows: a quarter of what a frame at 60 Hz has.
const SLICE: Duration = Duration::from_millis(4);
/// So many rows are built in a slice however long they take: short lists are there at once.
const AT_ONCE: usize = 12;

/// How much of a list is shown.
#[derive(Clone, Copy)]
pub struct Reach {
    /// So many rows at the end, at least.
    pub least: Signal<usize>,
    /// Whether rows that are many more may be dropped now.
    pub may_drop: Signal<bool>,
}

impl Reach {
    /// The whole list.
    #[must_use]
    pub fn all() -> Self {
        Self {
            least: Signal::stored(usize::MAX),
            may_drop: Signal::stored(false),
        }
    }
}

/// A key with the one before it.
type Draw<K> = Box<dyn Fn(K, Signal<Option<K>>) -> AnyView>;

/// Keeps the element of the returned reference filled with the rows of `list`. `draw` makes a row, of
/// one element, from its key and the key before it.
pub fn rows<E, K>(
    list: List<K>,
    reach: Reach,
    draw: impl Fn(K, Signal<Option<K>>) -> AnyView + 'static,
) -> NodeRef<E>
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + 'static,
    K: Copy + Eq + Hash + Send + Sync + 'static,
{
    let node = NodeRef::<E>::new();
    let owner = Owner::current().unwrap_or_default();
    let rows = Rc::new(RefCell::new(Rows {
        parent: None,
        owner,
        draw: Box::new(draw),
        seen: Seen::default(),
        window: Window::default(),
        built: HashMap::new(),
        waiting: VecDeque::new(),
        turn: None,
    }));
    Effect::new(move |_| {
        let Some(parent) = node.get() else { return };
        let least = reach.least.get();
        let may_drop = reach.may_drop.get();
        {
            let rows = &mut *rows.borrow_mut();
            rows.parent = Some(parent.unchecked_into());
            let missed = list.missed(&mut rows.seen);
            list.with_untracked(|list| {
                let mut touched = rows.window.follow(missed, list, least);
                if may_drop && rows.window.shown().len() > least.saturating_mul(2) {
                    touched.extend(rows.window.drop_to(least));
                }
                rows.arrange(touched, |key| list.before(key));
            });
        }
        untrack(|| build(&rows, list));
    });
    node
}

/// Builds rows that wait, for one slice; the rest follows when the browser had its turn.
fn build<K>(rows: &Rc<RefCell<Rows<K>>>, list: List<K>)
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
{
    let end = clock::now().instant + SLICE;
    let this = &mut *rows.borrow_mut();
    for built in 1.. {
        let Some(key) = this.waiting.pop_front() else {
            return;
        };
        this.build(key, list.with_untracked(|list| list.before(key)));
        if built >= AT_ONCE && clock::now().instant >= end {
            break;
        }
    }
    if this.waiting.is_empty() {
        return;
    }
    let again = Rc::downgrade(rows);
    let turn = NextFrame::new(move || {
        if let Some(rows) = again.upgrade() {
            // The callback that runs must not drop itself while it does.
            let spent = rows.borrow_mut().turn.take();
            build(&rows, list);
            drop(spent);
        }
    });
    this.turn = Some(turn);
}

struct Rows<K: Send + Sync + 'static> {
    parent: Option<Element>,
    owner: Owner,
    draw: Draw<K>,
    seen: Seen,
    window: Window<K>,
    built: HashMap<K, Row<K>>,
    /// What is to be built, the last of the list first.
    waiting: VecDeque<K>,
    turn: Option<NextFrame>,
}

struct Row<K: Send + Sync + 'static> {
    view: OwnedViewState<AnyViewState>,
    element: Option<Element>,
    before: RwSignal<Option<K>>,
}

impl<K: Copy + Eq + Hash + Send + Sync + 'static> Rows<K> {
    /// Brings the touched rows to their places; those that are new wait to be built.
    fn arrange(&mut self, touched: Vec<K>, before: impl Fn(K) -> Option<K>) {
        let mut left: HashSet<K> = touched.iter().copied().collect();
        for key in touched {
            // Whoever stands after a row must be in place before it.
            let mut run = Vec::new();
            let mut next = Some(key);
            while let Some(key) = next.filter(|key| left.remove(key)) {
                run.push(key);
                next = self.window.shown().after(key);
            }
            for key in run.into_iter().rev() {
                self.arrange_one(key, before(key));
            }
        }
    }

    fn arrange_one(&mut self, key: K, before: Option<K>) {
        if !self.window.shown().contains(key) {
            if let Some(mut row) = self.built.remove(&key) {
                row.view.unmount();
            }
            return;
        }
        let Some(row) = self.built.get(&key) else {
            self.waiting.push_back(key);
            return;
        };
        if row.before.get_untracked() != before {
            row.before.set(before);
        }
        let marker = self.marker(key);
        let element = row.element.as_ref();
        if element.and_then(Element::next_element_sibling) == marker {
            return;
        }
        if let (Some(parent), Some(row)) = (&self.parent, self.built.get_mut(&key)) {
            row.view.mount(parent, marker.as_deref());
        }
    }

    fn build(&mut self, key: K, before: Option<K>) {
        if self.built.contains_key(&key) || !self.window.shown().contains(key) {
            return;
        }
        let Some(parent) = &self.parent else { return };
        let owner = self.owner.child();
        let (view, before) = owner.with(|| {
            let before = RwSignal::new(before);
            ((self.draw)(key, before.into()), before)
        });
        let mut view = OwnedView::new_with_owner(view, owner).build();
        view.mount(parent, self.marker(key).as_deref());
        let element = view.elements().into_iter().next();
        let row = Row {
            view,
            element,
            before,
        };
        self.built.insert(key, row);
    }

    /// The element that a row stands before: that of the next row that is built.
    fn marker(&self, key: K) -> Option<Element> {
        let after = |key: &K| self.window.shown().after(*key);
        std::iter::successors(after(&key), after)
            .find_map(|key| self.built.get(&key)?.element.clone())
    }
}
