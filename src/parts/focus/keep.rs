//! Whoever has no mouse is always somewhere, also where nobody held the focus: what stood around takes it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

use super::is_lost;
use crate::parts::shell::focus_page;

/// On a button that leaves the focus to the page when it goes.
const TO_PAGE: &str = "data-then-page";

/// Looks after the focus from now on: after each press of a button, of Enter and of Escape.
pub fn always() {
    window_event_listener(leptos::ev::click, |event| mend(around(&event)));
    window_event_listener(leptos::ev::keydown, |event| {
        if matches!(event.key().as_str(), "Enter" | "Escape") {
            mend(around(&event));
        }
    });
}

/// What was pressed and all around it, as it was when it was pressed.
fn around(event: &web_sys::Event) -> Vec<Element> {
    let path = event.composed_path();
    path.iter().filter_map(|at| at.dyn_into().ok()).collect()
}

/// Puts the focus on the page that comes, where it was lost with the one that goes.
pub fn stay_on_page() {
    mend(Vec::new());
}

/// Looks, when the page has changed, whether the first of `around` took the focus with it.
fn mend(around: Vec<Element>) {
    request_animation_frame(move || {
        request_animation_frame(move || {
            let stayed = around.first().is_some_and(|pressed| pressed.is_connected());
            if stayed || !is_lost() {
                return;
            }
            // Some say themselves where it goes: what they make way for comes now or later.
            let to_page = around
                .first()
                .is_some_and(|pressed| pressed.has_attribute(TO_PAGE));
            let mut around = around.into_iter().filter(|_| !to_page);
            if let Some(left) = around.find(|element| element.is_connected())
                && let Ok(near) = left.query_selector_all("button, a[href]")
            {
                let first = (0..near.length())
                    .filter_map(|at| near.item(at))
                    .find(is_in_view);
                if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
                    let _ = first.focus();
                }
            }
            if is_lost() {
                focus_page();
            }
        })
    });
}

fn is_in_view(node: &Node) -> bool {
    let height = window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64());
    let Some(place) = node
        .dyn_ref::<Element>()
        .map(Element::get_bounding_client_rect)
    else {
        return false;
    };
    place.height() > 0.0
        && place.top() >= 0.0
        && place.bottom() <= height.unwrap_or_default()
        && is_uncovered(node, &place)
}

/// Whether one sees it there: a list that scrolls cuts its rows off at its edge.
fn is_uncovered(node: &Node, place: &web_sys::DomRect) -> bool {
    let (x, y) = (
        place.x() + place.width() / 2.0,
        place.y() + place.height() / 2.0,
    );
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    let on_top = document().element_from_point(x as f32, y as f32);
    on_top.is_some_and(|top| node.contains(Some(&top)))
}
