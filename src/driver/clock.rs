//! The browser's clocks, timers and randomness.

use std::time::Duration;

use sync::{Instant, Now};
use uuid::Uuid;
use wasm_bindgen::{JsCast, prelude::Closure};
use wire::{Timestamp, auth::Session};

/// The time by both clocks.
#[must_use]
pub fn now() -> Now {
    let performance = web_sys::window().and_then(|window| window.performance());
    let millis = performance.map_or_else(js_sys::Date::now, |performance| performance.now());
    Now {
        instant: Instant(Duration::from_secs_f64((millis / 1000.0).max(0.0))),
        wall: wall(),
    }
}

/// The time for people.
#[must_use]
pub fn wall() -> Timestamp {
    Timestamp::from_millis(js_sys::Date::now() as i64)
}

/// Reads a session's life by this device's clock.
#[must_use]
pub fn by_our_clock(session: Session) -> Session {
    let seconds = u64::try_from(now().wall.millis() / 1000).unwrap_or(0);
    Session {
        expires_at: seconds + session.expires_in,
        ..session
    }
}

/// A random key.
#[must_use]
pub fn random_uuid() -> Uuid {
    uuid::Builder::from_random_bytes(random()).into_uuid()
}

/// Which build of the app this is: the address of its program, which has a digest in it; empty in tests.
#[must_use]
pub fn build() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    let program =
        document.and_then(|document| document.query_selector("link[rel=modulepreload]").ok()?);
    program
        .and_then(|program| program.get_attribute("href"))
        .unwrap_or_default()
}

/// A seed that no other client has.
#[must_use]
pub fn random_seed() -> u64 {
    u64::from_le_bytes(random())
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    let filled = crypto.map(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    assert!(
        matches!(filled, Some(Ok(_))),
        "every browser that runs wasm has random values"
    );
    bytes
}

/// Calls back once, unless dropped before.
pub struct Timer {
    handle: i32,
    _callback: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls `callback` after `delay`.
    pub fn new(delay: Duration, callback: impl FnMut() + 'static) -> Self {
        let callback = Closure::<dyn FnMut()>::new(callback);
        // A browser's timer holds 31 bits of milliseconds; the engine is asked again when it fires early.
        let millis = i32::try_from(delay.as_micros().div_ceil(1000)).unwrap_or(i32::MAX);
        let handle = web_sys::window()
            .and_then(|window| {
                let function = callback.as_ref().unchecked_ref();
                window
                    .set_timeout_with_callback_and_timeout_and_arguments_0(function, millis)
                    .ok()
            })
            .unwrap_or_default();
        Self {
            handle,
            _callback: callback,
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.handle);
        }
    }
}
