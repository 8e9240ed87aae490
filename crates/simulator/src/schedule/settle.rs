//! What people decide about writes that only they can bring on.

use serde_json::{Map, Value, json};
use sync::{Queued, QueuedState};

use super::{
    Choice, choice,
    play::{Play, Said},
};
use crate::page::sorted;

impl Play {
    /// One of the writes of a tab that wait for its person.
    fn stuck(&self, tab: usize, pick: u64) -> Option<Queued> {
        let queue = self.world.clients[tab].queue().iter();
        let stuck: Vec<_> = queue.filter(|queued| queued.needs_you()).collect();
        let index = pick as usize % stuck.len().max(1);
        stuck.get(index).map(|queued| (*queued).clone())
    }

    pub(super) fn retry(&mut self, tab: usize, pick: u64) {
        if let Some(queued) = self.stuck(tab, pick) {
            self.world
                .act(tab, |c, now| c.engine.retry_write(now, queued.id));
        }
    }

    /// Gives any of its writes up, whether it was refused or waits.
    pub(super) fn discard(&mut self, tab: usize, pick: u64) {
        let queue = self.world.clients[tab].queue();
        let index = pick as usize % queue.len().max(1);
        if let Some(queued) = queue.get(index).cloned() {
            self.give_up(tab, &queued);
        }
    }

    fn give_up(&mut self, tab: usize, queued: &Queued) {
        self.unsay(tab, queued.table, &sorted(&queued.key), None);
        self.world
            .act(tab, |c, now| c.engine.discard_write(now, queued.id));
    }

    pub(super) fn settle(&mut self, tab: usize, pick: u64, choice: Choice) {
        let Some(queued) = self.stuck(tab, pick) else {
            return;
        };
        let QueuedState::Conflict(seen) = &queued.state else {
            return;
        };
        let mut columns = Map::new();
        for column in &seen.columns {
            let text = match choice {
                Choice::Mine => column.mine.clone(),
                Choice::Theirs => Value::Null,
                Choice::Other(n) => json!(format!("o{n}-{}", column.name)),
            };
            self.unsay(tab, queued.table, &sorted(&queued.key), Some(&column.name));
            if let Some(said) = text.as_str() {
                self.said.push(Said {
                    tab,
                    table: queued.table,
                    key: sorted(&queued.key),
                    column: column.name.clone(),
                    text: said.to_owned(),
                    over: false,
                });
                columns.insert(column.name.clone(), text);
            }
        }
        self.world.act(tab, |c, now| {
            c.engine.settle(now, queued.id, seen, columns);
        });
    }

    /// Everybody decides about everything that waits for them; says whether there was anything.
    pub(super) fn settle_all(&mut self, round: u64) -> bool {
        let mut any = false;
        for tab in 0..self.world.clients.len() {
            let queue = self.world.clients[tab].queue().iter();
            let stuck = queue.filter(|queued| queued.needs_you()).count();
            any |= stuck > 0;
            for pick in 0..stuck as u64 {
                let choice = choice(&mut self.dice, 1000 + 10 * round + pick);
                let Some(queued) = self.stuck(tab, 0) else {
                    break;
                };
                match (&queued.state, round) {
                    (QueuedState::Conflict(_), 0..4) => self.settle(tab, 0, choice),
                    (QueuedState::Refused(_), 0..2) if self.dice.once_in(2) => self.retry(tab, 0),
                    _ => self.give_up(tab, &queued),
                }
            }
        }
        any
    }
}
