//! The browser's turn: what takes long is done in slices, and a frame is drawn between two of them.

use std::{cell::RefCell, rc::Rc, time::Duration};

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{VisibilityState, Window};

use super::clock::Timer;

/// A page that nobody sees draws nothing; other tabs get this much of the time.
const HIDDEN: Duration = Duration::from_millis(8);
/// A window that is covered may draw nothing either, and says it is visible.
const COVERED: Duration = Duration::from_millis(100);

/// Calls back once after the next frame was drawn, unless dropped before.
pub struct NextFrame {
    /// Of the request for a frame.
    handle: Option<i32>,
    _asked: Closure<dyn FnMut()>,
    _timer: Rc<RefCell<Timer>>,
}

impl NextFrame {
    /// Calls `callback` in a task of its own, when the browser has drawn what there is to draw now.
    pub fn new(callback: impl FnOnce() + 'static) -> Self {
        let callback = Rc::new(RefCell::new(Some(callback)));
        let once = move || {
            let callback = callback.borrow_mut().take();
            if let Some(callback) = callback {
                callback();
            }
        };
        let window = web_sys::window();
        let hidden = window.as_ref().is_some_and(is_hidden);
        let last = if hidden { HIDDEN } else { COVERED };
        let timer = Rc::new(RefCell::new(Timer::new(last, once.clone())));
        let to = Rc::clone(&timer);
        // Frame callbacks run before the frame is drawn; a task that they ask for runs after it.
        let asked = Closure::<dyn FnMut()>::new(move || {
            *to.borrow_mut() = Timer::new(Duration::ZERO, once.clone());
        });
        let handle = window.filter(|_| !hidden).and_then(|window| {
            let function = asked.as_ref().unchecked_ref();
            window.request_animation_frame(function).ok()
        });
        Self {
            handle,
            _asked: asked,
            _timer: timer,
        }
    }
}

impl Drop for NextFrame {
    fn drop(&mut self) {
        if let (Some(handle), Some(window)) = (self.handle, web_sys::window()) {
            // One that has run or is unknown is ignored.
            let _unknown = window.cancel_animation_frame(handle);
        }
    }
}

fn is_hidden(window: &Window) -> bool {
    window
        .document()
        .is_some_and(|document| document.visibility_state() == VisibilityState::Hidden)
}
