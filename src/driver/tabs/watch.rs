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
const ASK: Duration = Duration::from_millis(400);
/// A host that has said nothing for so long is frozen.
const PATIENCE: Duration = Duration::from_millis(900);
/// A timer that comes so late says that it was us who stood still.
const LATE: Duration = Duration::from_millis(250);

impl Tabs {
    /// Looks after the host while somebody looks at us, or while we do not know it.
    pub(super) fn watch(&self) {
        if self.role.get() == Role::Host
            || !(listen::is_visible() || self.role.get() == Role::Undecided)
        {
            *self.timer.borrow_mut() = None;
            return;
        }
        let begin = clock::now().instant;
        let myself = self.myself.clone();
        let timer = Timer::new(ASK, move || {
            let Some(tabs) = myself.upgrade() else { return };
            // The timer that runs must not drop itself while it does.
            let spent = tabs.timer.borrow_mut().take();
            let now = clock::now().instant;
            // Browsers call a hidden page back once a second.
            let late = if listen::is_visible() { LATE } else { 4 * LATE };
            if now.since(begin) > ASK + late {
                tabs.heard.set(now);
            }
            if now.since(tabs.heard.get()) > PATIENCE {
                tabs.heard.set(now);
                tabs.stand_in_line(true);
            } else {
                tabs.say(None, "ask", SocketId(0), "");
            }
            tabs.watch();
            drop(spent);
        });
        *self.timer.borrow_mut() = Some(timer);
    }
}
