//! What waits to be sent: that of tabs that have ended becomes ours, that of other tabs is counted.

use std::rc::{Rc, Weak};

use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;

use super::{Driver, outbox::Outbox};

/// The stored outbox of `me`; what other tabs have left goes into the engine.
pub(super) fn open_outbox(driver: Weak<Driver>, me: Uuid) -> Rc<Outbox> {
    let news = driver.clone();
    let take_over = move |kept| {
        if let Some(driver) = driver.upgrade() {
            driver.take_over(kept);
        }
    };
    let on_news = move || {
        if let Some(driver) = news.upgrade() {
            driver.shown.publish_kept(&driver.outbox);
            driver.tabs.tell_of_outbox();
            driver.look_elsewhere();
        }
    };
    Outbox::open(me, take_over, on_news)
}

impl Driver {
    fn take_over(&self, kept: Vec<sync::Kept>) {
        let mut unread = 0;
        self.turn(|engine, now| unread = engine.restore(now, kept).len());
        self.shown.add_newer(unread);
        self.look_elsewhere();
    }

    /// Counts anew what waits in other tabs.
    pub(super) fn look_elsewhere(&self) {
        let (myself, outbox) = (self.myself.clone(), Rc::clone(&self.outbox));
        spawn_local(async move {
            let count = outbox.elsewhere().await;
            if let Some(driver) = myself.upgrade() {
                driver.shown.publish_elsewhere(count);
            }
        });
    }
}
