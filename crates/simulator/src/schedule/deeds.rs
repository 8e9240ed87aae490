//! What people do, and what they said: nothing of it may disappear without a trace.

use serde_json::json;
use sync::Table;

use super::play::{Play, Said};
use crate::{
    client::Client,
    tables::{
        Id, Letter, LetterPatch, Note, NotePatch, Seat, SeatDraft, body, colour, id, letter,
        letter_key, note, seat_key,
    },
};

/// A text that tells which step wrote it; every fourth is too long for some frames.
fn text(n: u64) -> String {
    if n.is_multiple_of(4) {
        format!("t{n}{}", "-".repeat(90))
    } else {
        format!("t{n}")
    }
}

pub(super) fn note_id(n: u64) -> Id {
    id(n.into())
}

impl Play {
    /// Remembers what was written; what the same tab wrote to the same column before is overwritten.
    pub(super) fn say<T: Table>(&mut self, tab: usize, key: &T::Key, column: &str, text: &str) {
        let key = json!(key).to_string();
        self.unsay(tab, T::NAME, &key, Some(column));
        self.said.push(Said {
            tab,
            table: T::NAME,
            key,
            column: column.to_owned(),
            text: text.to_owned(),
            over: false,
        });
    }

    /// The person took back, or overwrote, what that tab wrote to the row.
    pub(super) fn unsay(&mut self, tab: usize, table: &str, key: &str, column: Option<&str>) {
        for said in &mut self.said {
            let same = said.tab == tab && said.table == table && said.key == key;
            if same && column.is_none_or(|column| said.column == column) {
                said.over = true;
            }
        }
    }

    fn shows<T: Table>(&self, tab: usize, key: T::Key) -> bool {
        self.world.clients[tab].engine.entry::<T>(key).is_some()
    }

    pub(super) fn write(&mut self, tab: usize, n: u64, body: &str) {
        let author = self.world.clients[tab].user.clone();
        let draft = note(n.into(), &author, body);
        self.say::<Note>(tab, &note_id(n), "body", body);
        self.world
            .act(tab, |c, now| c.engine.insert::<Note>(now, draft));
    }

    pub(super) fn write_text(&mut self, tab: usize, n: u64) {
        self.write(tab, n, &text(n));
    }

    fn patch(&mut self, tab: usize, key: Id, patch: NotePatch) {
        if !self.shows::<Note>(tab, key) {
            return;
        }
        for (column, text) in [("body", &patch.body), ("colour", &patch.colour)] {
            if let Some(text) = text {
                self.say::<Note>(tab, &key, column, text);
            }
        }
        self.world.act(tab, |c, now| c.edit(now, key, patch));
    }

    pub(super) fn edit(&mut self, tab: usize, old: u64, n: u64) {
        self.patch(tab, note_id(old), body(&text(n)));
    }

    pub(super) fn edit_refused(&mut self, tab: usize, old: u64, n: u64) {
        self.patch(tab, note_id(old), body(&format!("forbidden-{n}")));
    }

    pub(super) fn paint(&mut self, tab: usize, old: u64, n: u64) {
        self.patch(tab, note_id(old), colour(&format!("c{n}")));
    }

    pub(super) fn both(&mut self, tab: usize, old: u64, n: u64) {
        let patch = NotePatch {
            body: Some(text(n)),
            colour: Some(format!("c{n}")),
        };
        self.patch(tab, note_id(old), patch);
    }

    /// Writes a text that the row had before.
    pub(super) fn revert(&mut self, tab: usize, old: u64, n: u64) {
        let key = note_id(old);
        let name = (Note::NAME, json!(key).to_string());
        let versions = self.world.server.history.get(&name);
        let rows = versions.into_iter().flatten();
        let texts: Vec<String> = rows
            .filter_map(|version| Some(version.row.as_ref()?["body"].as_str()?.to_owned()))
            .collect();
        let Some(text) = texts.get(n as usize % texts.len().max(1)) else {
            return;
        };
        let shown = self.world.clients[tab].note(key);
        if shown.is_some_and(|(note, _)| note.body != *text) {
            self.patch(tab, key, body(text));
        }
    }

    pub(super) fn open_form(&mut self, tab: usize, old: u64) {
        let shown = self.world.clients[tab].note(note_id(old));
        self.forms[tab] = shown.map(|(note, _)| note);
    }

    pub(super) fn save_form(&mut self, tab: usize, n: u64) {
        let Some(seen) = self.forms[tab].take() else {
            return;
        };
        let text = text(n);
        self.say::<Note>(tab, &seen.key(), "body", &text);
        self.world.act(tab, |c, now| {
            c.engine.update_since::<Note>(now, &seen, body(&text));
        });
    }

    pub(super) fn delete<T: Table>(&mut self, tab: usize, key: T::Key) {
        if self.shows::<T>(tab, key) {
            self.unsay(tab, T::NAME, &json!(key).to_string(), None);
            self.world.act(tab, |c, now| c.engine.delete::<T>(now, key));
        }
    }

    pub(super) fn delete_note(&mut self, tab: usize, old: u64) {
        self.delete::<Note>(tab, note_id(old));
    }

    pub(super) fn letter(&mut self, tab: usize, n: u64) {
        let author = self.world.clients[tab].user.clone();
        let draft = letter(n.into(), &author, &text(n));
        self.say::<Letter>(tab, &letter_key(n.into()), "body", &text(n));
        self.world
            .act(tab, |c, now| c.engine.insert::<Letter>(now, draft));
    }

    pub(super) fn edit_letter(&mut self, tab: usize, old: u64, n: u64) {
        let key = letter_key(old.into());
        if self.shows::<Letter>(tab, key) {
            self.say::<Letter>(tab, &key, "body", &text(n));
            let patch = LetterPatch {
                body: Some(text(n)),
            };
            self.world
                .act(tab, |c, now| c.engine.update::<Letter>(now, key, patch));
        }
    }

    pub(super) fn put(&mut self, tab: usize, person: char, n: u64) {
        let draft = SeatDraft {
            room: 'r',
            person,
            state: format!("s{n}"),
        };
        self.say::<Seat>(tab, &seat_key(person), "state", &draft.state);
        self.world
            .act(tab, |c, now| c.engine.put::<Seat>(now, draft));
    }

    pub(super) fn leave(&mut self, tab: usize) {
        self.delete::<Seat>(tab, seat_key(person(&self.world.clients[tab])));
    }
}

/// The letter of a person.
pub(super) fn person(client: &Client) -> char {
    client.user.chars().next().unwrap_or('?')
}
