//! H2: a list has no islands.

use serde_json::json;
use sync::{Queued, Table, Verb};

use super::{Looker, sorted, table::Page};
use crate::tables::{Id, Note};

impl Page<Note> {
    /// From the oldest note shown to the newest, whatever was there before anybody came and was not deleted
    /// is shown as well. A note that writes of this person are about stands for itself until they are done.
    pub(super) fn no_islands(&self, looker: &Looker<'_>, queue: &[Queued]) -> Result<(), String> {
        let archive = &looker.server.archive;
        if archive.is_empty() {
            return Ok(());
        }
        let writes = queue.iter().filter(|queued| queued.table == Note::NAME);
        let writes: Vec<_> = writes
            .map(|queued| (sorted(&queued.key), queued.verb))
            .collect();
        let is_own = |key: &Id| {
            let text = json!(key).to_string();
            writes.iter().any(|(of, _)| *of == text)
        };
        let shown = self.rows.values();
        let places = shown.map(|entry| (entry.row.created_at, entry.row.key()));
        let Some(oldest) = places.filter(|(_, key)| !is_own(key)).min() else {
            return Ok(());
        };
        let above = archive.iter().filter(|place| **place > oldest);
        let mut absent = above.filter(|(_, key)| !self.rows.contains_key(key));
        let hole = absent.find(|(_, key)| {
            let text = json!(key).to_string();
            let deleting = writes.contains(&(text.clone(), Verb::Delete));
            !deleting && looker.server.row(Note::NAME, &text).is_some()
        });
        match hole {
            None => Ok(()),
            Some(hole) => Err(format!("H2: {oldest:?} is shown, {hole:?} is not")),
        }
    }
}
