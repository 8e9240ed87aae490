//! The minute that it is, for words like "in 3 h".

use std::time::Duration;

use leptos::prelude::*;
use wire::Timestamp;

use crate::format;

/// The time, renewed each half minute; found in context.
#[derive(Clone, Copy)]
pub struct Clock(pub Signal<Timestamp>);

/// Provides a [`Clock`] as long as the current owner lives.
pub fn provide() {
    let now = RwSignal::new(format::now());
    let ticking = set_interval_with_handle(
        move || {
            let _ = now.try_set(format::now());
        },
        Duration::from_secs(30),
    );
    if let Ok(ticking) = ticking {
        on_cleanup(move || ticking.clear());
    }
    provide_context(Clock(now.into()));
}
