//! What devices keep of rows, and whether it was true when they kept it.

use std::time::Duration;

use serde_json::Value;
use sync::Table;

use super::World;
use crate::tables::{Note, Seat};

/// A connection that has died is noticed within this time: so long may rows be kept that were replaced.
const UNNOTICED: Duration = Duration::from_secs(15);

impl World {
    /// Of all tabs of a device, the last has its way.
    pub(super) fn keep_rows(&mut self, client: usize, rows: Option<&String>) {
        if let Some(text) = rows
            && !self.lossy
            && let Err(stale) = self.as_they_were(text)
        {
            self.broken.get_or_insert(format!(
                "client {client}: I10: kept at {:?}, yet not so: {stale}",
                self.now
            ));
        }
        let client = &self.clients[client];
        let (device, user) = (client.device.clone(), client.user.clone());
        for tab in &mut self.clients {
            if tab.device == device && tab.user == user {
                tab.rows = rows.cloned();
            }
        }
    }

    /// Takes rows in that the device has kept.
    pub fn remember(&mut self, client: usize, rows: Option<String>) {
        let Some(rows) = rows else { return };
        let now = self.time_of(client);
        assert!(self.clients[client].engine.remember(now, &rows));
        self.clients[client].floor = floor_in(&rows);
        self.clients[client].rows = Some(rows);
        self.drain(client);
        self.look(client, true);
    }

    /// The device loses what it kept of rows, and the tab with it: the next life begins with nothing.
    pub fn lose_rows(&mut self, client: usize) {
        self.keep_rows(client, None);
        self.kill(client);
    }

    /// Whoever is shown kept rows is told that they were so when they were kept.
    fn as_they_were(&self, text: &str) -> Result<(), String> {
        let kept: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        for ((table, key), versions) in &self.server.history {
            if ![Note::NAME, Seat::NAME].contains(table) {
                // Letters come and go without a change of their own.
                continue;
            }
            let rows = kept["rows"][table].as_array().into_iter().flatten();
            for row in rows.filter(|row| self.server.has_key(table, key, row)) {
                let mut later = versions.iter();
                let held = later.find(|version| row["rev"] == version.rev);
                let next = held.and(later.next());
                if next.is_some_and(|next| self.now.since(next.at) > UNNOTICED) {
                    return Err(format!("{table} {row}, replaced by {next:?}"));
                }
            }
        }
        Ok(())
    }
}

/// The floor of the notes that an answer of `sync` names, or what was kept of one; null when there is none.
pub(super) fn floor_in(answer: &str) -> Value {
    let answer: Value = serde_json::from_str(answer).unwrap();
    answer["scope"]["notes"].clone()
}
