//! Where the focus goes when what had it goes away.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::parts::shell::focus_page;

pub mod keep;

/// Runs with a press that may take its own button away: then the focus goes to what stands in its place,
/// or right before it, else to the page.
pub fn hold(event: &web_sys::Event) {
    let pressed = event.current_target().and_then(|it| it.dyn_into().ok());
    let mut places = Vec::new();
    let mut place: Option<Element> = pressed;
    while let Some(child) = place {
        place = child.parent_element();
        if let Some(parent) = &place {
            let number = children(parent).position(|one| one == child);
            places.push((parent.clone(), number.unwrap_or_default()));
        }
    }
    request_animation_frame(move || {
        if !is_lost() {
            return;
        }
        let stays = places.iter().find(|(parent, _)| parent.is_connected());
        let near = stays.and_then(|(parent, number)| {
            let at = |number: usize| children(parent).nth(number).as_ref().and_then(first);
            at(*number).or_else(|| at(number.checked_sub(1)?))
        });
        if let Some(near) = near {
            let _ = near.focus();
        }
        if is_lost() {
            focus_page();
        }
    });
}

/// `Try again`; the focus goes to the page when the button goes with it.
#[component]
pub fn TryAgain(on_press: Callback<()>) -> impl IntoView {
    on_cleanup(|| {
        request_animation_frame(|| {
            if is_lost() {
                focus_page();
            }
        });
    });
    view! {
        <button type="button" class="button" data-then-page="" on:click=move |_| on_press.run(())>"Try again"</button>
    }
    .into_any()
}

/// Whether nothing has the focus.
fn is_lost() -> bool {
    let active = document().active_element();
    active.is_none_or(|active| active.tag_name() == "BODY")
}

fn children(parent: &Element) -> impl Iterator<Item = Element> + use<> {
    std::iter::successors(parent.first_element_child(), Element::next_element_sibling)
}

/// The first that can have the focus: it or something in it.
fn first(element: &Element) -> Option<HtmlElement> {
    const ANY: &str = "a[href], button, input, select, textarea, [tabindex]";
    let own = element.matches(ANY).is_ok_and(|own| own);
    let found = if own {
        Some(element.clone())
    } else {
        element.query_selector(ANY).ok().flatten()
    };
    found?.dyn_into().ok()
}
