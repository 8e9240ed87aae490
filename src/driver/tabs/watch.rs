//! How a guest notices that its host has been frozen.

use std::time::Duration;

use sync::SocketId;

use super::{
    super::{
        clock::{self, Timer},
        listen,
    },
    Role, Tabs,
};

/// A guest that is looked at asks its host so often whether it is there.
const ASK: Duration = Duration::from_millis(200);
/// A host that has said nothing for so long is frozen.
const PATIENCE: Duration = Duration::from_millis(700);
/// A timer that comes so late says that it was us who stood still.
const LATE: Duration = Duration::from_millis(250);
/// A hidden guest asks so often, or as seldom as the browser lets it: it has notifications to show.
const ASK_HIDDEN: Duration = Duration::from_secs(2);
/// So many questions of a hidden guest go unanswered before the host is taken for frozen.
const UNANSWERED: u32 = 2;

/// A host that has answered one of the last questions is there.
const FRESH: Duration = Duration::from_millis(500);

impl Tabs {
    /// Whether we have a host that was heard just now.
    pub(super) fn hears_host(&self) -> bool {
        self.host.get().is_some() && clock::now().instant.since(self.heard.get()) < FRESH
    }

    /// Looks after the host.
    pub(super) fn watch(&self) {
        if self.role.get() == Role::Host {
            *self.timer.borrow_mut() = None;
            return;
        }
        let hurried = listen::is_visible() || self.role.get() == Role::Undecided;
        let wait = if hurried { ASK } else { ASK_HIDDEN };
        let begin = clock::now().instant;
        let myself = self.myself.clone();
        let timer = Timer::new(wait, move || {
            let Some(tabs) = myself.upgrade() else { return };
            // The timer that runs must not drop itself while it does.
            let spent = tabs.timer.borrow_mut().take();
            let now = clock::now().instant;
            if tabs.heard.get() > tabs.asked.get() {
                tabs.unanswered.set(0);
            }
            let silent = if hurried {
                // Browsers call a hidden page back once a second.
                let late = if listen::is_visible() { LATE } else { 4 * LATE };
                if now.since(begin) > wait + late {
                    tabs.heard.set(now);
                }
                now.since(tabs.heard.get()) > PATIENCE
            } else {
                tabs.unanswered.get() >= UNANSWERED
            };
            if silent {
                tabs.heard.set(now);
                tabs.unanswered.set(0);
                tabs.stand_in_line(true);
            } else {
                tabs.asked.set(now);
                tabs.unanswered.set(tabs.unanswered.get() + 1);
                tabs.say(None, "ask", SocketId(0), "");
            }
            tabs.watch();
            drop(spent);
        });
        *self.timer.borrow_mut() = Some(timer);
    }
}
