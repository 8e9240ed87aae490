//! Hearing of whatever is scrolled.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{AddEventListenerOptions, Event};

/// Calls `heard` whenever anything on the page is scrolled, as long as the current owner lives.
pub fn on_scroll(heard: impl Fn(&Event) + 'static) {
    let closure = Closure::<dyn Fn(Event)>::new(move |event: Event| heard(&event));
    let options = AddEventListenerOptions::new();
    // Scrolling does not bubble; it can be caught on its way down.
    options.set_capture(true);
    options.set_passive(true);
    let function: js_sys::Function = closure.as_ref().unchecked_ref::<js_sys::Function>().clone();
    let _ = document().add_event_listener_with_callback_and_add_event_listener_options(
        "scroll", &function, &options,
    );
    let closure = StoredValue::new_local(closure);
    on_cleanup(move || {
        let _ = document().remove_event_listener_with_callback_and_bool("scroll", &function, true);
        closure.dispose();
    });
}
