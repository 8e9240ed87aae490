//! The elements of the drawn rows, and of the gaps between them.

use std::collections::HashMap;

use leptos::{
    prelude::*,
    tachys::{
        reactive_graph::{OwnedView, OwnedViewState},
        view::any_view::AnyViewState,
    },
};
use model::Id;
use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element, HtmlElement};

use super::{Draw, window::Window};
use crate::live::chain::Chain;

/// Gaps that are smaller come from adding up.
const NOTHING: f64 = 0.01;

/// What stands in the element of the list.
pub(super) struct Drawn {
    pub(super) parent: Element,
    owner: Owner,
    rows: HashMap<Id, Row>,
    /// The elements of gaps, by the row that comes after, and their heights.
    gaps: HashMap<Option<Id>, (HtmlElement, f64)>,
}

struct Row {
    view: OwnedViewState<AnyViewState>,
    element: Option<Element>,
    before: RwSignal<Option<Id>>,
}

impl Drawn {
    pub(super) fn new(parent: Element, owner: Owner) -> Self {
        Self {
            parent,
            owner,
            rows: HashMap::new(),
            gaps: HashMap::new(),
        }
    }

    /// The element of a row.
    pub(super) fn element(&self, key: Id) -> Option<&Element> {
        self.rows.get(&key)?.element.as_ref()
    }

    /// Where a row is on the screen.
    pub(super) fn place(&self, key: Id) -> Option<DomRect> {
        self.element(key).map(Element::get_bounding_client_rect)
    }

    /// What a row adds to the height of the list: it may keep away from the one before it.
    pub(super) fn extent(&self, key: Id) -> Option<f64> {
        let element = self.element(key)?;
        let place = element.get_bounding_client_rect();
        let before = element.previous_element_sibling();
        Some(before.map_or(place.height(), |before| {
            place.bottom() - before.get_bounding_client_rect().bottom()
        }))
    }

    /// Whether somebody is at work in a row.
    pub(super) fn is_in_use(&self, key: Id) -> bool {
        self.element(key).is_some_and(|element| {
            element.matches(":focus-within") == Ok(true)
                || matches!(element.query_selector("textarea"), Ok(Some(_)))
        })
    }

    /// Makes a row, which `arrange` puts to its place.
    pub(super) fn build(&mut self, key: Id, before: Option<Id>, draw: &Draw) {
        // One that left the list and came back at once is still here.
        if self.rows.contains_key(&key) {
            return;
        }
        let owner = self.owner.child();
        let (view, before) = owner.with(|| {
            let before = RwSignal::new(before);
            (draw(key, before.into()), before)
        });
        let row = Row {
            view: OwnedView::new_with_owner(view, owner).build(),
            element: None,
            before,
        };
        self.rows.insert(key, row);
    }

    /// Removes what the window no longer shows, and brings rows and gaps to their places.
    pub(super) fn arrange(&mut self, window: &Window<Id>, list: &Chain<Id>) {
        let shown = window.shown();
        self.rows.retain(|key, row| {
            let stays = shown.contains(*key);
            if !stays {
                row.view.unmount();
            }
            stays
        });
        self.gaps.retain(|key, (gap, _)| {
            let stays = key.is_none_or(|key| shown.contains(key));
            if !stays {
                gap.remove();
            }
            stays
        });
        let mut next = self.gap(None, window.gap(None), None);
        for key in shown.from_end() {
            let Some(row) = self.rows.get_mut(&key) else {
                continue;
            };
            let before = list.before(key);
            if row.before.get_untracked() != before {
                row.before.set(before);
            }
            if !stands_before(row.element.as_ref(), next.as_ref()) {
                row.view.mount(&self.parent, next.as_deref());
                row.element = row.view.elements().into_iter().next();
            }
            next = row.element.clone().or(next);
            next = self.gap(Some(key), window.gap(Some(key)), next);
        }
    }

    /// The element of a gap right before `next`, if it is one; else `next` itself.
    fn gap(&mut self, key: Option<Id>, height: f64, next: Option<Element>) -> Option<Element> {
        if height < NOTHING {
            if let Some((gap, _)) = self.gaps.remove(&key) {
                gap.remove();
            }
            return next;
        }
        let (gap, old) = match self.gaps.remove(&key) {
            Some(gap) => gap,
            None => {
                let gap = document().create_element("li").ok()?;
                let _ = gap.set_attribute("aria-hidden", "true");
                (gap.unchecked_into(), 0.0)
            }
        };
        if (old - height).abs() > NOTHING {
            let height = [&height.to_string(), "px"].concat();
            let _ = gap.style().set_property("block-size", &height);
        }
        if !stands_before(Some(&gap), next.as_ref()) {
            let _ = self.parent.insert_before(&gap, next.as_deref());
        }
        let element = gap.clone().into();
        self.gaps.insert(key, (gap, height));
        Some(element)
    }
}

fn stands_before(element: Option<&Element>, next: Option<&Element>) -> bool {
    element.is_some_and(|element| {
        element.is_connected() && element.next_element_sibling().as_ref() == next
    })
}
