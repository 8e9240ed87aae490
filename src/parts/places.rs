//! Where one was on each page: a new page begins at its top, and going back finds the place again.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use crate::{parts::scrolled::on_scroll, route::Route};

/// The places on the pages of this tab's history.
#[derive(Default)]
struct Places {
    /// How far each page was scrolled, by the number that its entry in the history has.
    tops: HashMap<u32, i32>,
    /// The entry that is shown.
    entry: u32,
}

impl Places {
    /// Another page is shown: gives the place where one was on it, its top when it is new.
    fn go(&mut self) -> i32 {
        self.entry = number().unwrap_or_else(|| {
            let next = self.tops.keys().max().map_or(1, |last| last + 1);
            let next = next.max(self.entry + 1);
            give_number(next);
            next
        });
        self.tops.get(&self.entry).copied().unwrap_or(0)
    }
}

/// Keeps the places of all pages but those that keep their own: what is said there is read from where one was.
pub fn keep(route: Signal<Route>) {
    let places = Rc::new(RefCell::new(Places::default()));
    places.borrow_mut().go();
    let noting = Rc::clone(&places);
    on_scroll(move |event| {
        let page = event.target().and_then(|target| target.dyn_into().ok());
        let page: Option<Element> = page.filter(|page: &Element| page.id() == "main");
        if let Some(page) = page {
            let mut places = noting.borrow_mut();
            let entry = places.entry;
            places.tops.insert(entry, page.scroll_top());
        }
    });
    Effect::new(move |before: Option<Route>| {
        let route = route.get();
        if before.is_some_and(|before| before.page() != route.page()) {
            let top = places.borrow_mut().go();
            if !matches!(route, Route::Tavern | Route::Conversation(_)) {
                show(top);
            }
        }
        route
    });
}

/// Scrolls the page once it is drawn.
fn show(top: i32) {
    request_animation_frame(move || {
        request_animation_frame(move || {
            if let Some(page) = document().get_element_by_id("main") {
                page.set_scroll_top(top);
            }
        });
    });
}

/// The number of the entry that is shown, unless it is new.
fn number() -> Option<u32> {
    let state = window().history().ok()?.state().ok()?;
    // Numbers are given by this file, and small.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    state.as_f64().map(|number| number as u32)
}

fn give_number(number: u32) {
    if let Ok(history) = window().history() {
        // A browser that refuses this begins each page at its top.
        let _ = history.replace_state_with_url(&JsValue::from(number), "", None);
    }
}
