//! The outbox beyond this life: saved, restored, seen and settled by its person.

use serde_json::{Map, Value};

use super::Engine;
use crate::{
    Conflict, Kept, Now, Output, Queued, QueuedState, WriteId, in_order, table::saved::Head,
};

impl Engine {
    /// Takes writes of an earlier life in, after those that wait already. Gives back those that it cannot
    /// read, made by a newer version of the app: they are to stay where they are.
    pub fn restore(&mut self, now: Now, kept: Vec<Kept>) -> Vec<Kept> {
        let mut unread = Vec::new();
        let mut known = Vec::new();
        for kept in kept {
            let head = Head::read(&kept.text);
            let table = head.as_ref().and_then(|head| self.table_named(&head.table));
            match head.zip(table) {
                Some((head, table)) => known.push((head.place, table, kept)),
                None => unread.push(kept),
            }
        }
        let known = in_order(known, |(place, _, kept), (later, _, other)| {
            (place, kept.id).cmp(&(later, other.id))
        });
        for (place, table, kept) in known {
            if self.tables[table].key_of(kept.id).is_some() {
                continue;
            }
            match self.tables[table].restore(kept.id, &kept.text) {
                Some(waits) => {
                    self.outbox.skip(kept.id, place);
                    if waits {
                        self.outbox.push(kept.id, table);
                    }
                }
                None => unread.push(kept),
            }
        }
        self.send_next(now);
        unread
    }

    /// A write that another tab keeps, as people see it; `None` when it cannot be read.
    #[must_use]
    pub fn peek(&self, kept: &Kept) -> Option<Queued> {
        let head = Head::read(&kept.text)?;
        self.tables[self.table_named(&head.table)?].peek(kept.id, &kept.text)
    }

    /// The whole outbox in order, as people see it, when it has changed since the last call.
    pub fn take_queue(&mut self) -> Option<Vec<Queued>> {
        self.save();
        let flying = self.outbox.in_flight();
        if !std::mem::take(&mut self.queue_changed) && flying == self.flying_told {
            return None;
        }
        self.flying_told = flying;
        let tables = self.tables.iter();
        let queue: Vec<_> = tables.flat_map(|table| table.queued(flying)).collect();
        let queue = in_order(queue, |(place, queued), (later, other)| {
            (place, queued.id).cmp(&(later, other.id))
        });
        Some(queue.into_iter().map(|(_, queued)| queued).collect())
    }

    /// Sends a refused write again.
    pub fn retry_write(&mut self, now: Now, id: WriteId) {
        let retried = self.tables.iter_mut().position(|table| table.retry(id));
        if let Some(table) = retried {
            self.outbox.push(id, table);
            self.send_next(now);
        }
    }

    /// Gives a write up. An insert that may have reached the server is followed by its deletion; of any other
    /// whose request is not under way, the server's rows tell what became of it.
    pub fn discard_write(&mut self, now: Now, id: WriteId) {
        let Some(table) = self.table_of(id) else {
            return;
        };
        let flying = self.outbox.sent() == Some(id);
        if self.tables[table].is_insert_that_left(id) {
            let (undo, place) = self.outbox.name();
            if self.tables[table].undo(id, undo, place, now.wall) {
                self.outbox.push(undo, table);
            }
            if !flying {
                self.tables[table].forget(id);
                self.outbox.remove(id);
            }
        } else if !flying {
            for edit in self.tables[table].discard(id) {
                if !self.outbox.contains(edit) {
                    self.outbox.push(edit, table);
                }
            }
            self.outbox.remove(id);
        }
        self.send_next(now);
    }

    /// Settles a conflict as the person decided on what they saw of it: `columns` are to be written,
    /// a conflicting column that is not among them stays as the server has it. When the server has
    /// something else again by then, it is a conflict again.
    pub fn settle(&mut self, now: Now, id: WriteId, seen: &Conflict, columns: Map<String, Value>) {
        let Some(table) = self.table_of(id) else {
            return;
        };
        if self.tables[table].settle(id, seen, columns) == Some(true) {
            self.outbox.push(id, table);
            self.send_next(now);
        }
    }

    /// What is to be kept or forgotten since the last call goes out before anything else.
    pub(super) fn save(&mut self) {
        for table in &mut self.tables {
            if !table.has_unsaved() {
                continue;
            }
            self.queue_changed = true;
            let changed = table.take_unsaved();
            self.saves
                .extend(changed.into_iter().map(|(id, text)| match text {
                    Some(text) => Output::Keep(Kept { id, text }),
                    None => Output::Forget(id),
                }));
            let noted = table.take_noted().into_iter();
            let noted = noted.map(|(id, text)| Output::Note(Kept { id, text }));
            self.saves.extend(noted);
        }
    }

    fn table_of(&self, id: WriteId) -> Option<usize> {
        self.tables
            .iter()
            .position(|table| table.key_of(id).is_some())
    }
}

impl Queued {
    /// Whether only the person can bring it on.
    #[must_use]
    pub fn needs_you(&self) -> bool {
        match &self.state {
            QueuedState::Refused(_) | QueuedState::Conflict(_) => true,
            QueuedState::Sending | QueuedState::Waiting => false,
        }
    }
}
