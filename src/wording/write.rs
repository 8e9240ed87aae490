//! What a write of the queue is about.

use leptos::prelude::*;
use model::{Event, Id, TavernMessage, User, rsvp::RsvpKey};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sync::{Queued, Table, Verb};
use uuid::Uuid;

use super::column::{Kind, answer, column};
use crate::{live::LiveTable, parts::name::called};

/// The write in one line; it follows the names that it mentions.
#[must_use]
pub fn sentence(queued: &Queued) -> String {
    let text = |name: &str| queued.columns.get(name).and_then(Value::as_str);
    match (queued.table, queued.verb) {
        ("tavern_messages", Verb::Insert | Verb::Put) => "Message in the tavern".to_owned(),
        ("tavern_messages", Verb::Update) => "Change of your message in the tavern".to_owned(),
        ("tavern_messages", Verb::Delete) => "Taking back your message in the tavern".to_owned(),
        ("private_messages", Verb::Insert | Verb::Put) => {
            let reader = text("recipient_id").and_then(|id| Uuid::parse_str(id).ok());
            let is_known = |id: &Uuid| field::<User>((*id).into(), |user| &user.username).is_some();
            let reader = reader.filter(is_known).map(|id| called(id).get());
            ["Message to ", reader.as_deref().unwrap_or("a member")].concat()
        }
        ("conversations", _) => "Marking messages as read".to_owned(),
        ("blocks", Verb::Delete) => "Unblocking a member".to_owned(),
        ("blocks", _) => "Blocking a member".to_owned(),
        ("settings", _) => "Your settings".to_owned(),
        ("private_messages", Verb::Update) => "Change of a private message".to_owned(),
        ("private_messages", Verb::Delete) => "Taking back a private message".to_owned(),
        ("events", Verb::Insert | Verb::Put) => {
            ["New event: ", text("title").unwrap_or_default()].concat()
        }
        ("events", Verb::Update) => [&event(key(queued)), ": ", &changed(queued)].concat(),
        ("events", Verb::Delete) => ["Deleting ", &event(key(queued))].concat(),
        ("rsvps", Verb::Delete) => ["Taking back your answer to ", &asked(queued)].concat(),
        ("rsvps", Verb::Insert | Verb::Put | Verb::Update) => {
            let status = answer(text("status").unwrap_or_default());
            ["Your answer to ", &asked(queued), ": ", status].concat()
        }
        ("reactions", Verb::Delete) => "Taking back your reaction".to_owned(),
        ("reactions", _) => ["Your reaction ", text("emoji").unwrap_or_default()].concat(),
        ("users", _) => ["Your profile: ", &changed(queued)].concat(),
        _ => "A change".to_owned(),
    }
}

/// What a person had typed, to read and to copy; empty when they typed nothing.
#[must_use]
pub fn typed(table: &str, columns: &Map<String, Value>) -> String {
    let texts: Vec<_> = columns
        .iter()
        .filter(|(name, _)| {
            column(table, name).is_some_and(|column| match column.kind {
                Kind::Line | Kind::Text => true,
                Kind::Time
                | Kind::OpenTime
                | Kind::Seats
                | Kind::Guests
                | Kind::Answer
                | Kind::Plain => false,
            })
        })
        .filter_map(|(name, value)| Some((name, value.as_str()?)))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let texts: Vec<_> = sync::in_order(texts, Ord::cmp)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    texts.join("\n\n")
}

/// Labels of the columns that are changed: `title, starts`.
fn changed(queued: &Queued) -> String {
    let labels: Vec<_> = queued
        .columns
        .keys()
        .filter_map(|name| column(queued.table, name))
        .map(|column| column.label.to_lowercase())
        .collect();
    labels.join(", ")
}

fn asked(queued: &Queued) -> String {
    event(key::<RsvpKey>(queued).map(|key| key.event_id.into()))
}

fn event(id: Option<Id>) -> String {
    id.and_then(|id| field::<Event>(id, |event| &event.title))
        .unwrap_or_else(|| "an event".to_owned())
}

fn key<K: DeserializeOwned>(queued: &Queued) -> Option<K> {
    serde_json::from_str(&queued.key).ok()
}

fn field<T: Table<Key = Id>>(key: Id, read: fn(&T) -> &String) -> Option<String> {
    let row = use_context::<LiveTable<T>>()?.row(key);
    row.with(|entry| entry.as_ref().map(|entry| read(&entry.row).clone()))
}

/// What the page may say when the row that a person was editing is gone.
#[must_use]
pub fn deleted(table: &str) -> &'static str {
    match table {
        Event::NAME => "This event was deleted meanwhile.",
        TavernMessage::NAME => "This message was deleted meanwhile.",
        _ => "This was deleted meanwhile.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_typed_is_given_back() {
        let columns = serde_json::from_str(
            r#"{"id":"0-1","title":"t","description":"","location":"a \"word\"","time_zone":"UTC","capacity":3}"#,
        );
        assert_eq!(typed("events", &columns.unwrap()), "a \"word\"\n\nt");
    }
}
