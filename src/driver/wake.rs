//! What the browser tells of network, sleep and other tabs, as inputs.

use sync::Input;
use uuid::Uuid;

use super::{
    Driver,
    listen::{self, Listener},
    storage,
};
use crate::account::Account;

impl Driver {
    /// Listens as long as the driver lives.
    pub(super) fn listen(&self, account: Account, me: Uuid) {
        // Another tab may have ended with writes that it has not sent.
        let look = || {
            let myself = self.myself.clone();
            move || {
                if let Some(driver) = myself.upgrade() {
                    driver.outbox.look();
                }
            }
        };
        let network = |online: bool| {
            let myself = self.myself.clone();
            let look = look();
            move || {
                look();
                Self::feed(&myself, Input::Online(online));
            }
        };
        // What another tab has done to the session while this one did not listen.
        let compare = || {
            let myself = self.myself.clone();
            move || match storage::session() {
                Some(session) if session.user.id == me.to_string() => {
                    Self::feed(&myself, Input::Session(session));
                }
                Some(_) => account
                    .on_signed_out_elsewhere(Some("Somebody else has signed in on this device.")),
                None => account.on_signed_out_elsewhere(None),
            }
        };
        let woke = || {
            let myself = self.myself.clone();
            let compare = compare();
            let look = look();
            move || {
                if listen::is_visible() {
                    look();
                    compare();
                    if let Some(driver) = myself.upgrade() {
                        driver.tabs.look();
                    }
                    Self::feed(&myself, Input::Woke);
                } else {
                    Self::feed(&myself, Input::Hidden);
                }
            }
        };
        let mut listeners = self.listeners.borrow_mut();
        listeners.push(Listener::window("online", network(true)));
        listeners.push(Listener::window("offline", network(false)));
        listeners.push(Listener::window("storage", compare()));
        listeners.push(Listener::window("focus", look()));
        listeners.push(Listener::window("pageshow", woke()));
        listeners.push(Listener::document("resume", woke()));
        listeners.push(Listener::document("visibilitychange", woke()));
    }
}
