//! What must hold once all is quiet.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sync::{History, Standing, Status, Table};
use wire::Timestamp;

use super::play::{Play, Said};
use crate::{
    page::confirmed,
    tables::{Letter, Note, Seat},
};

impl Play {
    /// I1 without waiting for a comparison: the stream and the catch-ups bring everything that they can.
    pub(super) fn prompt(&self) -> Result<(), String> {
        for tab in 0..self.world.clients.len() {
            let settled = self.world.clients[tab].queue().is_empty();
            if settled && !self.world.lossy && self.world.status(tab) == Status::Live {
                let late = |what| format!("client {tab}: live, yet late: {what}");
                self.same::<Note>(tab).map_err(late)?;
                self.same::<Seat>(tab).map_err(late)?;
            }
        }
        Ok(())
    }

    pub(super) fn is_quiet(&self, tab: usize) -> Result<(), String> {
        let status = self.world.status(tab);
        if status != Status::Live {
            return Err(format!("not live: {status:?}"));
        }
        let client = &self.world.clients[tab];
        if client.engine.waiting() != 0 || !client.queue().is_empty() {
            return Err(format!("writes are stuck: {:?}", client.queue()));
        }
        let history = client.engine.history::<Note>(&());
        if history != History::Complete {
            return Err(format!("H4: asked for all notes, and got {history:?}"));
        }
        self.same::<Note>(tab)?;
        self.same::<Seat>(tab)?;
        self.same::<Letter>(tab)
    }

    /// I1: the rows are those that the server would show this person.
    fn same<T: Table>(&self, tab: usize) -> Result<(), String> {
        let client = &self.world.clients[tab];
        let keys = client.engine.keys::<T>();
        let pending = keys.filter_map(|key| client.engine.entry::<T>(key));
        let mut pending = pending.filter(|entry| entry.standing != Standing::Confirmed);
        if let Some(entry) = pending.next() {
            return Err(format!("pending for ever: {entry:?}"));
        }
        let rows = self.world.server.rows_of(&client.user, T::NAME).into_iter();
        let stored: BTreeMap<String, Value> = rows
            .filter_map(|row| {
                let row: T = serde_json::from_value(row.into()).ok()?;
                Some((json!(row.key()).to_string(), json!(row)))
            })
            .collect();
        let shown = confirmed::<T>(&client.engine);
        // H2: what nobody has asked for lies below all that is shown.
        let place = |row: &Value| {
            let since = row["created_at"].as_str().map(Timestamp::parse);
            (since.and_then(Result::ok), row["id"].to_string())
        };
        let edge = shown.values().map(place).min();
        let complete =
            T::NAME != Note::NAME || client.engine.history::<Note>(&()) == History::Complete;
        let is_below =
            |row: &Value| !complete && edge.as_ref().is_none_or(|edge| place(row) < *edge);
        let differs = |key: &&String| match (shown.get(*key), stored.get(*key)) {
            (None, Some(row)) if is_below(row) => false,
            (shown, stored) => shown != stored,
        };
        match shown.keys().chain(stored.keys()).find(differs) {
            None => Ok(()),
            Some(key) => Err(format!(
                "I1: {} {key} is {:?}, the server has {:?}",
                T::NAME,
                shown.get(key),
                stored.get(key)
            )),
        }
    }

    fn texts<'a>(&'a self, said: &'a Said) -> impl Iterator<Item = &'a str> {
        let name = (said.table, said.key.clone());
        let versions = self.world.server.history.get(&name);
        let versions = versions.into_iter().flatten();
        versions.map(|version| {
            let row = version.row.as_ref();
            row.and_then(|row| row[said.column.as_str()].as_str())
                .unwrap_or_default()
        })
    }

    /// L2: comparing digests is for what no event can tell; letters come and go without one.
    pub(super) fn nothing_missed(&self) -> Result<(), String> {
        let mut mended = self.world.server.mended.iter();
        match mended.find(|table| *table != Letter::NAME && !self.world.lossy) {
            None => Ok(()),
            Some(table) => Err(format!("L2: only a comparison found what {table} missed")),
        }
    }

    /// What was said and not taken back has been on the server: queues are empty by now.
    pub(super) fn nothing_lost(&self) -> Result<(), String> {
        let mut said = self.said.iter().filter(|said| !said.over);
        match said.find(|said| self.texts(said).all(|text| text != said.text)) {
            None => Ok(()),
            Some(said) => Err(format!("I2: lost without a trace: {said:?}")),
        }
    }

    /// A text becomes the row's as often as people wrote it there, at most.
    pub(super) fn nothing_twice(&self) -> Result<(), String> {
        for said in &self.said {
            let same = |other: &&Said| {
                (other.table, &other.key, &other.column, &other.text)
                    == (said.table, &said.key, &said.column, &said.text)
            };
            let times = self.said.iter().filter(same).count();
            let texts: Vec<_> = self.texts(said).collect();
            let now = texts.iter().filter(|text| **text == said.text).count();
            let stays = texts
                .windows(2)
                .filter(|two| two[0] == two[1] && two[0] == said.text);
            let effects = now - stays.count();
            if effects > times {
                return Err(format!("I2: {effects} effects of {times} writes: {said:?}"));
            }
        }
        Ok(())
    }
}
