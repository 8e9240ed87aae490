//! What waits to be sent: that of tabs that have ended becomes ours, that of other tabs is listed.

use std::{
    cell::Cell,
    rc::{Rc, Weak},
    time::Duration,
};

use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;

use super::{Driver, clock::Timer, outbox::Outbox};

/// So long what other tabs tell is gathered before it is looked at.
const SOON: Duration = Duration::from_millis(250);

/// The stored outbox of `me`; what other tabs have left goes into the engine.
pub(super) fn open_outbox(driver: Weak<Driver>, me: Uuid) -> Rc<Outbox> {
    let news = driver.clone();
    let take_over = move |kept| {
        if let Some(driver) = driver.upgrade() {
            driver.take_over(kept);
        }
    };
    let counted = Cell::new(false);
    let on_news = move || {
        if let Some(driver) = news.upgrade() {
            driver.shown.publish_kept(&driver.outbox);
            driver.tabs.tell_of_outbox();
            // What the others have when this one begins; from then on they tell.
            if !driver.outbox.is_refused() && !counted.replace(true) {
                driver.look_elsewhere();
            }
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

    /// Looks anew for what waits in other tabs, soon: a tab that writes much tells of it often.
    pub(super) fn look_elsewhere(&self) {
        let mut counting = self.counting.borrow_mut();
        if counting.is_some() {
            return;
        }
        let myself = self.myself.clone();
        let timer = Timer::new(SOON, move || {
            let Some(driver) = myself.upgrade() else {
                return;
            };
            // The timer that runs must not drop itself while it does.
            let spent = driver.counting.borrow_mut().take();
            let (myself, outbox) = (driver.myself.clone(), Rc::clone(&driver.outbox));
            spawn_local(async move {
                let kept = outbox.elsewhere().await;
                if let Some(driver) = myself.upgrade() {
                    let engine = driver.engine.borrow();
                    let mut found: Vec<_> =
                        kept.iter().filter_map(|kept| engine.peek(kept)).collect();
                    found.sort_by_key(|queued| queued.at);
                    driver.shown.publish_elsewhere(found);
                }
            });
            drop(spent);
        });
        *counting = Some(timer);
    }
}
