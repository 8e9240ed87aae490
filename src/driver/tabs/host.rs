//! Who is the host: the tab that has the lock.

use sync::SocketId;
use wasm_bindgen_futures::spawn_local;

use super::{
    super::{
        crash,
        outbox::lock::{self, Held},
    },
    News, Role, Tabs,
};

impl Tabs {
    /// Asks for the lock, or takes it; the host is who has it.
    pub(super) fn stand_in_line(&self, steal: bool) {
        if !steal && self.waiting.replace(true) {
            return;
        }
        let (myself, name) = (self.myself.clone(), self.name.clone());
        let losing = self.myself.clone();
        spawn_local(async move {
            let on_lost = move || {
                if let Some(tabs) = losing.upgrade() {
                    tabs.on_lost();
                }
            };
            let held = lock::claim(&name, steal, on_lost).await;
            // Of a tab that has ended meanwhile, the lock goes to the next.
            if let Some(tabs) = myself.upgrade() {
                if !steal {
                    tabs.waiting.set(false);
                }
                // Only where there are no locks does waiting for one end without it.
                if held.is_some() || !steal {
                    tabs.become_host(held);
                }
            }
        });
    }

    /// We have the lock; without one, where there are none, we have a socket of our own all the same.
    fn become_host(&self, held: Option<Held>) {
        if crash::has_crashed() {
            return;
        }
        *self.held.borrow_mut() = held;
        self.role.set(Role::Host);
        *self.timer.borrow_mut() = None;
        self.say(None, "host", SocketId(0), "");
        (self.on_news)(News::Moved);
    }

    /// Another tab has taken the lock while we stood still.
    fn on_lost(&self) {
        if self.held.take().is_some() {
            self.host.set(None);
            self.become_guest();
            self.stand_in_line(false);
        }
    }
}
