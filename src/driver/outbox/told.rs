//! What the page is told of the outbox.

use std::rc::Rc;

use sync::Kept;

use super::{Disk, Outbox};

impl Outbox {
    /// The writes that wait in the other tabs of the same person, as far as they are stored.
    pub async fn elsewhere(&self) -> Vec<Kept> {
        let database = match &self.state.borrow().disk {
            Disk::Open(database) => Rc::clone(database),
            Disk::Closed | Disk::Opening | Disk::Refused => return Vec::new(),
        };
        let found = database.elsewhere(&self.user, &self.tab).await;
        found.unwrap_or_default()
    }

    /// Writes that would be lost if this tab ended now.
    #[must_use]
    pub fn unsaved(&self) -> usize {
        let state = self.state.borrow();
        let pending = state.pending.values();
        pending.filter(|pending| pending.vital).count()
    }

    /// Whether the browser does not let us store anything.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.state.borrow().refused
    }
}
