//! What people see when the page itself fails: that it did, and that reloading helps.

use std::cell::Cell;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

thread_local! {
    static CRASHED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the page has failed: what the browser still calls is not to pretend otherwise.
#[must_use]
pub fn has_crashed() -> bool {
    CRASHED.get()
}

/// Reports a panic to the console and shows a full-page message with a way to reload.
pub fn show_panics() {
    std::panic::set_hook(Box::new(|info| {
        CRASHED.set(true);
        console_error_panic_hook::hook(info);
        show();
    }));
}

fn show() -> Option<()> {
    let document = web_sys::window()?.document()?;
    let body = document.body()?;
    let element = |name: &str| {
        document
            .create_element(name)
            .ok()?
            .dyn_into::<HtmlElement>()
            .ok()
    };
    let crash = element("div")?;
    crash.set_class_name("crash");
    crash.set_attribute("role", "alert").ok()?;
    let text = element("p")?;
    text.set_text_content(Some(
        "The page has failed. What was sent is safe. Reload to go on.",
    ));
    let reload = element("a")?;
    reload.set_class_name("button");
    reload.set_attribute("href", "").ok()?;
    reload.set_text_content(Some("Reload"));
    crash.append_child(&text).ok()?;
    crash.append_child(&reload).ok()?;
    body.append_child(&crash).ok()?;
    Some(())
}
