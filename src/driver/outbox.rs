//! Unsent writes on this device: stored as they are made, taken over when the tab that made them ends.
//!
//! Every life of a page is a tab with a name of its own and holds the lock of that name until it ends.
//! A record names the tab that owns it. Only whoever gets hold of the owner's lock, hence knows that the
//! owner has ended, may take its writes; so each is sent by exactly one tab, whatever is reloaded,
//! crashes or is opened twice.

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
    time::Duration,
};

use sync::{Kept, WriteId};
use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;

use super::{
    clock::{self, Timer},
    database::{Change, Database},
};

pub mod lock;
mod state;
mod told;

use state::{Disk, Pending, State};

/// Nothing tells a page that the browser would let it store again: it tries.
const TRY_AGAIN: Duration = Duration::from_secs(30);

/// The stored outbox of one person in one tab.
pub struct Outbox {
    myself: Weak<Self>,
    user: String,
    tab: String,
    state: RefCell<State>,
    on_take_over: Box<dyn Fn(Vec<Kept>)>,
    on_news: Box<dyn Fn()>,
}

impl Outbox {
    /// The outbox of `user`. Writes of tabs that have ended are given to `on_take_over`; `on_news` runs
    /// when [`Outbox::unsaved`] or [`Outbox::is_refused`] has changed.
    pub fn open(
        user: Uuid,
        on_take_over: impl Fn(Vec<Kept>) + 'static,
        on_news: impl Fn() + 'static,
    ) -> Rc<Self> {
        let outbox = Rc::new_cyclic(|myself| Self {
            myself: myself.clone(),
            user: user.to_string(),
            // Never one that is remembered: a tab that is duplicated would share it.
            tab: clock::random_uuid().to_string(),
            state: RefCell::default(),
            on_take_over: Box::new(on_take_over),
            on_news: Box::new(on_news),
        });
        outbox.look();
        outbox
    }

    /// Stores a write with the next [`Outbox::commit`].
    pub fn keep(&self, kept: Kept) {
        self.change(kept.id, Change::Keep(kept.text), true);
    }

    /// As [`Outbox::keep`], for a write of which what is stored already is enough to lose nothing.
    pub fn note(&self, kept: Kept) {
        self.change(kept.id, Change::Keep(kept.text), false);
    }

    /// Removes a write with the next [`Outbox::commit`].
    pub fn forget(&self, id: WriteId) {
        self.change(id, Change::Forget, false);
    }

    fn change(&self, id: WriteId, change: Change, vital: bool) {
        let pending = &mut self.state.borrow_mut().pending;
        let vital = match (&change, pending.get(&id)) {
            // A note about something that is not stored yet is as vital as that.
            (Change::Keep(_), Some(before)) => vital || before.vital,
            (Change::Keep(_), None) => vital,
            (Change::Forget, _) => false,
        };
        let batch = None;
        let new = Pending {
            change,
            vital,
            batch,
        };
        pending.insert(id, new);
    }

    /// Begins to store what was asked for, in one transaction.
    pub fn commit(&self) {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        let database = match &state.disk {
            Disk::Open(database) => Rc::clone(database),
            Disk::Closed | Disk::Opening => return,
            Disk::Refused => {
                if !state.was_open {
                    // Nothing was stored that could be removed.
                    let pending = &mut state.pending;
                    pending.retain(|_, pending| pending.change != Change::Forget);
                }
                return;
            }
        };
        state.batches += 1;
        let batch = state.batches;
        let unsent = state.pending.iter_mut().filter(|(_, p)| p.batch.is_none());
        let changes: Vec<_> = unsent
            .map(|(id, pending)| {
                pending.batch = Some(batch);
                (*id, pending.change.clone())
            })
            .collect();
        if changes.is_empty() {
            return;
        }
        let (myself, user, tab) = (self.myself.clone(), self.user.clone(), self.tab.clone());
        spawn_local(async move {
            let stored = database.change(&user, &tab, changes).await.is_ok();
            if let Some(outbox) = myself.upgrade() {
                outbox.on_stored(batch, stored);
            }
        });
    }

    fn on_stored(&self, batch: u64, stored: bool) {
        let mut state = self.state.borrow_mut();
        if stored {
            state.pending.retain(|_, p| p.batch != Some(batch));
        } else {
            // A full disk or a database closed under our hands.
            for pending in state.pending.values_mut() {
                if pending.batch == Some(batch) {
                    pending.batch = None;
                }
            }
            self.refuse(&mut state);
        }
        drop(state);
        (self.on_news)();
    }

    fn refuse(&self, state: &mut State) {
        let myself = self.myself.clone();
        state.disk = Disk::Refused;
        state.refused = true;
        state.again = Some(Timer::new(TRY_AGAIN, move || {
            if let Some(outbox) = myself.upgrade() {
                outbox.look();
            }
        }));
    }

    /// Looks for writes of tabs that have ended, and tries again what the browser refused before.
    pub fn look(&self) {
        let Some(outbox) = self.myself.upgrade() else {
            return;
        };
        spawn_local(async move {
            let Some(database) = outbox.ready().await else {
                return;
            };
            let owners = database.owners(&outbox.user).await;
            for owner in owners.unwrap_or_default() {
                if owner != outbox.tab && outbox.state.borrow_mut().awaited.insert(owner.clone()) {
                    spawn_local(Self::take_over(outbox.myself.clone(), owner));
                }
            }
        });
    }

    /// The database, opened now if it is not; `None` while another call opens it or when it cannot be.
    async fn ready(&self) -> Option<Rc<Database>> {
        {
            let mut state = self.state.borrow_mut();
            match &state.disk {
                Disk::Open(database) => return Some(Rc::clone(database)),
                Disk::Opening => return None,
                Disk::Closed | Disk::Refused => state.disk = Disk::Opening,
            }
        }
        // A record must not exist before its owner can be known to live.
        if self.state.borrow().own.is_none() {
            let own = lock::hold(&lock_of(&self.tab)).await;
            self.state.borrow_mut().own = own;
        }
        let locked = self.state.borrow().own.is_some();
        let opened = if locked {
            Database::open().await.ok().map(Rc::new)
        } else {
            None
        };
        let mut state = self.state.borrow_mut();
        if let Some(database) = &opened {
            state.disk = Disk::Open(Rc::clone(database));
            (state.was_open, state.refused, state.again) = (true, false, None);
        } else {
            self.refuse(&mut state);
        }
        drop(state);
        self.commit();
        (self.on_news)();
        opened
    }

    /// Waits for the end of the tab `owner`, then makes its writes ours.
    async fn take_over(myself: Weak<Self>, owner: String) {
        let held = lock::hold(&lock_of(&owner)).await;
        let Some(outbox) = myself.upgrade() else {
            return;
        };
        outbox.state.borrow_mut().awaited.remove(&owner);
        let database = match &outbox.state.borrow().disk {
            Disk::Open(database) => Rc::clone(database),
            Disk::Closed | Disk::Opening | Disk::Refused => return,
        };
        if held.is_some()
            && let Ok(kept) = database.hand_over(&outbox.user, &owner, &outbox.tab).await
            && !kept.is_empty()
        {
            (outbox.on_take_over)(kept);
        }
    }
}

/// Name of the lock that a tab holds for life.
fn lock_of(tab: &str) -> String {
    ["tavern-tab-", tab].concat()
}
