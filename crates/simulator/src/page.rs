//! What a page makes of the changes that it is told: compared with the engine's rows after each input.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sync::{Engine, Entry, Keys, Queued, QueuedState, Standing, Table, Verb, WriteId};

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
}

/// What the checks need to know about whose page it is.
pub struct Looker<'a> {
    pub server: &'a Server,
    pub user: &'a str,
    pub kept: &'a BTreeMap<WriteId, String>,
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
        self.seats.look(engine, looker, &both)?;
        self.letters.look(engine, looker, &both)?;
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

/// One table of a page.
struct Page<T: Table> {
    rows: BTreeMap<T::Key, Entry<T>>,
    lists: BTreeMap<T::Group, Vec<T::Key>>,
    /// The newest version shown of each row.
    newest: BTreeMap<T::Key, i64>,
    /// Rows that were seen to be deleted for good.
    dead: BTreeSet<T::Key>,
}

impl<T: Table> Default for Page<T> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            lists: BTreeMap::new(),
            newest: BTreeMap::new(),
            dead: BTreeSet::new(),
        }
    }
}

impl<T: Table> Page<T> {
    fn look(
        &mut self,
        engine: &mut Engine,
        looker: &Looker<'_>,
        queue: &[Queued],
    ) -> Result<(), String> {
        let changes = engine.changes::<T>();
        let told = !changes.is_empty();
        for (key, entry) in changes.rows {
            let said = |what: &str| Err(format!("{what}: {} {key:?}, {entry:?}", T::NAME));
            match &entry {
                Some(new) if !looker.acted && self.rows.get(&key) == Some(new) => {
                    return said("I7: told of a row that has not changed");
                }
                Some(new) => {
                    self.truth(key, new, looker)?;
                    self.rows.insert(key, new.clone());
                }
                None => {
                    if let Some(old) = self.rows.remove(&key) {
                        self.leave(key, &old, looker, queue)?;
                    }
                }
            }
        }
        for (group, steps) in changes.lists {
            let list = self.lists.entry(group.clone()).or_default();
            for step in steps {
                step.take(list);
            }
            if list.is_empty() {
                self.lists.remove(&group);
            }
        }
        self.same_rows(engine)?;
        if told { self.same_lists() } else { Ok(()) }
    }

    /// A row is shown as the server has had it, never older than before, never risen from the dead.
    fn truth(&mut self, key: T::Key, new: &Entry<T>, looker: &Looker<'_>) -> Result<(), String> {
        let rev = new.row.rev().0;
        let said = |what: &str| Err(format!("{what}: {} {new:?}", T::NAME));
        let newest = self.newest.entry(key).or_default();
        if rev > 0 && rev < *newest {
            return said("I3: a step back");
        }
        *newest = rev.max(*newest);
        if new.standing != Standing::Confirmed {
            return Ok(());
        }
        if self.dead.contains(&key) {
            return said("I3: a deleted row is back");
        }
        let name = (T::NAME, json!(key).to_string());
        let versions = looker.server.history.get(&name);
        let version = versions.and_then(|all| all.iter().find(|version| version.rev == rev));
        let row = version.and_then(|version| version.row.clone());
        let row: Option<T> = row.and_then(|row| serde_json::from_value(row.into()).ok());
        if row.as_ref() != Some(&*new.row) {
            return said("I4: confirmed, yet never so on the server");
        }
        Ok(())
    }

    /// A row goes from view only for a reason.
    fn leave(
        &mut self,
        key: T::Key,
        old: &Entry<T>,
        looker: &Looker<'_>,
        queue: &[Queued],
    ) -> Result<(), String> {
        let text = json!(key).to_string();
        let name = (T::NAME, text.clone());
        let mut own = queue
            .iter()
            .filter(|queued| queued.table == T::NAME && sorted(&queued.key) == text);
        let deleting = own.clone().any(|queued| queued.verb == Verb::Delete);
        let refused = own.any(|queued| queued.verb == Verb::Put && is_refused(queued));
        let versions = looker.server.history.get(&name);
        let died = versions.and_then(|all| all.iter().rfind(|version| version.row.is_none()));
        let died = died.is_some_and(|version| version.rev >= old.row.rev().0);
        if died && T::KEYS == Keys::Fresh && !deleting {
            self.dead.insert(key);
        }
        let row = looker.server.row(T::NAME, &text);
        // Whoever is not the author may have lost sight of a letter for a moment, and be told late.
        let hidden = row.is_some_and(|row| T::NAME == Letter::NAME && row["author"] != looker.user);
        if died || deleting || refused || hidden || looker.acted {
            Ok(())
        } else {
            Err(format!("I5: gone without a reason: {} {old:?}", T::NAME))
        }
    }

    fn same_rows(&self, engine: &Engine) -> Result<(), String> {
        let shown = engine.keys::<T>().count();
        let same = |(key, entry): (&T::Key, &Entry<T>)| engine.entry::<T>(*key) == Some(entry);
        if shown == self.rows.len() && self.rows.iter().all(same) {
            Ok(())
        } else {
            Err(format!("I7: a change in {} was not told", T::NAME))
        }
    }

    /// I6: the lists are what sorting all rows anew would give.
    fn same_lists(&self) -> Result<(), String> {
        let mut naive: BTreeMap<T::Group, Vec<(T::Rank, T::Key)>> = BTreeMap::new();
        for (key, entry) in &self.rows {
            let place = (entry.row.rank(), *key);
            naive.entry(entry.row.group()).or_default().push(place);
        }
        let sorted = naive.into_iter().map(|(group, mut keys)| {
            keys.sort();
            (group, keys.into_iter().map(|(_, key)| key).collect())
        });
        let sorted: BTreeMap<T::Group, Vec<T::Key>> = sorted.collect();
        if sorted != self.lists {
            return Err(format!(
                "I6: {} lists are {:?}, not {sorted:?}",
                T::NAME,
                self.lists
            ));
        }
        Ok(())
    }
}

/// Rows of a table as JSON by key, as they are shown confirmed.
pub fn confirmed<T: Table>(engine: &Engine) -> BTreeMap<String, Value> {
    let entries = engine.keys::<T>().filter_map(|key| {
        let entry = engine.entry::<T>(*key)?;
        let row = (entry.standing == Standing::Confirmed).then(|| json!(&*entry.row))?;
        Some((json!(key).to_string(), row))
    });
    entries.collect()
}
