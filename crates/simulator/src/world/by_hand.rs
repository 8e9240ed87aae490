//! What comes from clients that are none of ours: before anybody came, and meanwhile.

use std::time::Duration;

use serde_json::json;
use sync::Table;
use wire::Timestamp;

use super::World;
use crate::{
    server::Row,
    tables::{Id, Note},
};

impl World {
    /// A note that is `age` old was there before anybody came.
    pub fn archive(&mut self, id: Id, author: &str, body: &str, age: Duration) {
        let micros = i64::try_from(age.as_micros()).unwrap();
        let since = Timestamp(self.time().wall.0 - micros);
        let mut note = Row::from_iter([
            ("author".to_owned(), json!(author)),
            ("body".to_owned(), json!(body)),
            ("colour".to_owned(), json!("white")),
            ("created_at".to_owned(), json!(since)),
        ]);
        let key = Row::from_iter([("id".to_owned(), json!(id.id))]);
        note.extend(key.clone());
        self.server.write(Note::NAME, key, Some(note)).unwrap();
        self.server.archive.push((since, id));
    }

    /// Somebody with another client edits or deletes a note.
    pub fn note_by_hand(&mut self, id: Id, body: Option<&str>) {
        let key = Row::from_iter([("id".to_owned(), json!(id.id))]);
        let text = json!(key).to_string();
        let Some(mut row) = self.server.row(Note::NAME, &text).cloned() else {
            return;
        };
        let row = body.map(|body| {
            row.insert("body".to_owned(), json!(body));
            row
        });
        let committed = self.server.write(Note::NAME, key, row);
        self.publish(committed.into_iter().collect());
    }

    /// Somebody with another client takes or gives a seat: letters come into view or leave it.
    pub fn seat_by_hand(&mut self, person: &str, state: Option<&str>) {
        let key = Row::from_iter([
            ("room".to_owned(), json!("r")),
            ("person".to_owned(), json!(person)),
        ]);
        let text = json!(key).to_string();
        let row = state.map(|state| {
            let mut row = key.clone();
            let old = self.server.row("seats", &text);
            let since =
                old.map_or_else(|| json!(self.time().wall), |old| old["created_at"].clone());
            row.insert("state".to_owned(), json!(state));
            row.insert("created_at".to_owned(), since);
            row
        });
        let committed = self.server.write("seats", key, row);
        self.publish(committed.into_iter().collect());
    }
}
