//! One table of a page, and what must never be seen of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Value, json};
use sync::{Engine, Entry, Keys, Queued, Standing, Table, Verb};
use wire::Timestamp;

use super::{Looker, is_refused, sorted};
use crate::{
    server::Row,
    tables::{Letter, Note},
};

/// One table of a page.
pub(super) struct Page<T: Table> {
    pub(super) rows: BTreeMap<T::Key, Entry<T>>,
    /// Rows that were shown since anybody asked.
    pub(super) fresh: Vec<(T::Key, Arc<T>)>,
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
            fresh: Vec::new(),
            lists: BTreeMap::new(),
            newest: BTreeMap::new(),
            dead: BTreeSet::new(),
        }
    }
}

impl<T: Table> Page<T> {
    pub(super) fn look(
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
                // A row with writes over it can change and change back within one input.
                Some(new)
                    if !looker.acted
                        && new.standing == Standing::Confirmed
                        && self.rows.get(&key) == Some(new) =>
                {
                    return said("I7: told of a row that has not changed");
                }
                Some(new) => {
                    self.truth(key, new, looker)?;
                    self.fresh.push((key, new.row.clone()));
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
        // Whoever starts over is shown the newest again.
        let below = T::NAME == Note::NAME && row.is_some_and(|row| is_before(row, looker.floor));
        if died || deleting || refused || hidden || below || looker.acted {
            Ok(())
        } else {
            Err(format!("I5: gone without a reason: {} {old:?}", T::NAME))
        }
    }

    fn same_rows(&self, engine: &Engine) -> Result<(), String> {
        let shown = engine.keys::<T>().count();
        let same =
            |(key, entry): (&T::Key, &Entry<T>)| engine.entry::<T>(*key).as_ref() == Some(entry);
        if shown == self.rows.len() && self.rows.iter().all(same) {
            Ok(())
        } else {
            Err(format!("I7: a change in {} was not told", T::NAME))
        }
    }

    /// I6: the lists are what sorting all rows anew would give.
    fn same_lists(&self) -> Result<(), String> {
        let mut naive = BTreeMap::<T::Group, Vec<_>>::new();
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

/// Whether the row was made before `floor`; nothing was before none.
fn is_before(row: &Row, floor: &Value) -> bool {
    let time = |value: &Value| value.as_str().and_then(|text| Timestamp::parse(text).ok());
    time(floor).is_some_and(|floor| time(&row["created_at"]) < Some(floor))
}
