//! Events of window and document that concern the connection.

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{EventTarget, VisibilityState};

/// A registered callback; dropping it takes the registration back.
pub struct Listener {
    target: Option<EventTarget>,
    event: &'static str,
    callback: Closure<dyn FnMut()>,
}

impl Listener {
    /// Listens on the window.
    pub fn window(event: &'static str, callback: impl FnMut() + 'static) -> Self {
        Self::on(web_sys::window().map(EventTarget::from), event, callback)
    }

    /// Listens on the document.
    pub fn document(event: &'static str, callback: impl FnMut() + 'static) -> Self {
        let document = web_sys::window().and_then(|window| window.document());
        Self::on(document.map(EventTarget::from), event, callback)
    }

    fn on(
        target: Option<EventTarget>,
        event: &'static str,
        callback: impl FnMut() + 'static,
    ) -> Self {
        let callback = Closure::<dyn FnMut()>::new(callback);
        if let Some(target) = &target {
            let function = callback.as_ref().unchecked_ref();
            target
                .add_event_listener_with_callback(event, function)
                .expect("a function can always listen");
        }
        Self {
            target,
            event,
            callback,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(target) = &self.target {
            let function = self.callback.as_ref().unchecked_ref();
            // It was added by us; a target that does not know it has nothing to remove.
            let _ = target.remove_event_listener_with_callback(self.event, function);
        }
    }
}

/// Whether the device says that it has a network.
#[must_use]
pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Whether the page can be seen.
#[must_use]
pub fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}
