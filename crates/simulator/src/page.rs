//! What a page makes of the changes that it is told: compared with the engine's rows after each input.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sync::{Engine, Queued, QueuedState, Standing, Table, WriteId};

mod islands;
mod table;

use table::Page;

use crate::{
    server::Server,
    tables::{Letter, Note, Seat},
};

/// All tables of a page, and its queue panel.
#[derive(Default)]
pub struct Pages {
    notes: Page<Note>,
    seats: Page<Seat>,
    letters: Page<Letter>,
    /// The outbox as it was last told.
    pub queue: Vec<Queued>,
    /// Texts of notes that were shown lately, by key and column.
    pub read: Vec<(String, String, Value)>,
}

/// What the checks need to know about whose page it is.
pub struct Looker<'a> {
    pub server: &'a Server,
    pub user: &'a str,
    pub kept: &'a BTreeMap<WriteId, String>,
    /// The floor of the notes that the server has named; null when all are in scope.
    pub floor: &'a Value,
    /// The person has just done something: rows may go for that reason.
    pub acted: bool,
}

impl Pages {
    /// Takes in what has changed, and looks for what must never be seen.
    pub fn look(&mut self, engine: &mut Engine, looker: &Looker<'_>) -> Result<(), String> {
        let before = std::mem::take(&mut self.queue);
        self.queue = match engine.take_queue() {
            Some(queue) => queue,
            None => before.clone(),
        };
        let both = [before, self.queue.clone()].concat();
        self.notes.look(engine, looker, &both)?;
        if engine.is_loaded() {
            self.notes.no_islands(looker, &both)?;
        }
        for (key, note) in self.notes.fresh.drain(..) {
            let (key, note) = (json!(key).to_string(), json!(&*note));
            for column in ["body", "colour"] {
                let text = note[column].clone();
                self.read.push((key.clone(), column.to_owned(), text));
            }
        }
        self.read_conflicts(looker.server)?;
        self.seats.look(engine, looker, &both)?;
        self.seats.fresh.clear();
        self.letters.look(engine, looker, &both)?;
        self.letters.fresh.clear();
        // A kill at any moment loses nothing and brings nothing back.
        let queued: BTreeSet<_> = self.queue.iter().map(|queued| queued.id).collect();
        let kept: BTreeSet<_> = looker.kept.keys().copied().collect();
        if queued != kept {
            return Err(format!("W5: the queue has {queued:?}, the device {kept:?}"));
        }
        for queued in self.queue.iter().filter(|queued| is_refused(queued)) {
            let name = format!("{}-", queued.id);
            let mut applied = looker.server.applied.iter();
            let carried_out =
                applied.any(|(user, key)| user == looker.user && key.starts_with(&name));
            if carried_out && is_so(queued, looker.server) {
                return Err(format!("I2: carried out, yet refused: {queued:?}"));
            }
        }
        Ok(())
    }

    /// Both values of a conflict are read; what was before both is what the server had.
    fn read_conflicts(&mut self, server: &Server) -> Result<(), String> {
        for queued in &self.queue {
            let QueuedState::Conflict(conflict) = &queued.state else {
                continue;
            };
            let key = sorted(&queued.key);
            let versions = server.history.get(&(queued.table, key.clone()));
            let rows = || {
                versions
                    .into_iter()
                    .flatten()
                    .filter_map(|v| v.row.as_ref())
            };
            for column in &conflict.columns {
                if !rows().any(|row| row[&column.name] == column.before) {
                    return Err(format!("W11: based on what never was: {queued:?}"));
                }
                let (name, theirs) = (column.name.clone(), column.theirs.clone());
                self.read.push((key.clone(), name, theirs));
            }
        }
        Ok(())
    }
}

/// A key with its columns in the order of their names.
pub fn sorted(key: &str) -> String {
    let key: Value = serde_json::from_str(key).unwrap_or_default();
    key.to_string()
}

fn is_refused(queued: &Queued) -> bool {
    match queued.state {
        QueuedState::Refused(_) | QueuedState::Conflict(_) => true,
        QueuedState::Sending | QueuedState::Waiting => false,
    }
}

/// Whether the row is as the write wants it: what was overwritten since can look like a conflict.
fn is_so(queued: &Queued, server: &Server) -> bool {
    let row = server.row(queued.table, &sorted(&queued.key));
    let mut columns = queued.columns.iter();
    row.is_some_and(|row| columns.all(|(name, value)| row.get(name) == Some(value)))
}

/// Rows of a table as JSON by key, as they are shown confirmed.
pub fn confirmed<T: Table>(engine: &Engine) -> BTreeMap<String, Value> {
    let entries = engine.keys::<T>().filter_map(|key| {
        let entry = engine.entry::<T>(key)?;
        let row = (entry.standing == Standing::Confirmed).then(|| json!(&*entry.row))?;
        Some((json!(key).to_string(), row))
    });
    entries.collect()
}
