//! What a column is called, and how its values are read and typed.

use model::event::clock::{Offset, Reading, read_wall, show_wall};
use serde_json::Value;
use wire::Timestamp;

use crate::format::{Shape, show, show_in, zone::place};

/// What kind of value a column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Line,
    /// Several lines.
    Text,
    /// A point in time.
    Time,
    /// A point in time that may stay open.
    OpenTime,
    /// A number of seats, or no limit.
    Seats,
    /// A number of people who are brought along.
    Guests,
    /// An answer to an event.
    Answer,
    /// Something that people do not type: keys, zones.
    Plain,
}

/// A column that is shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name on the page.
    pub label: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// The column `name` of `table`; `None` for those that people have nothing to do with.
#[must_use]
pub fn column(table: &str, name: &str) -> Option<Column> {
    let (label, kind) = match (table, name) {
        ("events", "title") => ("Title", Kind::Line),
        ("events", "description") => ("Description", Kind::Text),
        ("events", "location") => ("Location", Kind::Line),
        ("events", "starts_at") => ("Starts", Kind::Time),
        ("events", "ends_at") => ("Ends", Kind::OpenTime),
        ("events", "time_zone") => ("Time zone", Kind::Plain),
        ("events", "capacity") => ("Capacity", Kind::Seats),
        ("events", "guest_limit") => ("Guests each", Kind::Guests),
        ("events", "cancelled") => ("Cancelled", Kind::Plain),
        ("rsvps", "guests") => ("Your guests", Kind::Guests),
        ("rsvps", "status") => ("Your answer", Kind::Answer),
        ("users", "display_name") => ("Display name", Kind::Line),
        ("users", "bio") => ("About you", Kind::Text),
        ("users", "pronouns") => ("Pronouns", Kind::Line),
        ("users", "links") => ("Links", Kind::Text),
        ("tavern_messages" | "private_messages", "body") => ("Text", Kind::Text),
        _ => return None,
    };
    Some(Column { label, kind })
}

impl Kind {
    /// The value as people read it; a time is that of the clocks of `zone`.
    #[must_use]
    pub fn show(self, value: &Value, zone: &str) -> String {
        match (self, value) {
            (Self::Seats, Value::Null) => "No limit".to_owned(),
            (Self::OpenTime, Value::Null) => "Open".to_owned(),
            (_, Value::Null) => "Nothing".to_owned(),
            (Self::Line | Self::Text, Value::String(text)) if text.is_empty() => {
                "Nothing".to_owned()
            }
            (Self::Time | Self::OpenTime, Value::String(text)) => {
                time(text).map_or_else(|| text.clone(), |time| time_in(time, zone))
            }
            (Self::Answer, Value::String(text)) => answer(text).to_owned(),
            (_, Value::String(text)) => text.clone(),
            (_, Value::Bool(yes)) => if *yes { "Yes" } else { "No" }.to_owned(),
            (_, Value::Number(_) | Value::Array(_) | Value::Object(_)) => value.to_string(),
        }
    }

    /// The value as a field has it, by clocks that are so far from UTC.
    #[must_use]
    pub fn to_field(self, value: &Value, offset: Offset<'_>) -> String {
        match (self, value) {
            (Self::Time | Self::OpenTime, Value::String(text)) => {
                let time = time(text).map(|time| show_wall(time, offset));
                time.unwrap_or_default()
            }
            (_, Value::Null) => String::new(),
            (_, Value::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        }
    }

    /// What was typed into a field, as a value; a time by the same clocks.
    ///
    /// # Errors
    /// What to type instead.
    pub fn read(self, typed: &str, offset: Offset<'_>) -> Result<Value, &'static str> {
        let typed = typed.trim();
        match self {
            Self::OpenTime | Self::Seats if typed.is_empty() => Ok(Value::Null),
            Self::Time | Self::OpenTime => match read_wall(typed, offset) {
                Some(Reading::Once(time) | Reading::Twice(time, _)) => {
                    Ok(Value::String(time.to_string()))
                }
                Some(Reading::Never(_)) => Err("Clocks there skip that time; take another."),
                None => Err("Say on which day and at what time."),
            },
            Self::Seats => typed
                .parse::<u32>()
                .map(Value::from)
                .map_err(|_| "A whole number of seats, or empty for no limit."),
            Self::Guests => typed
                .parse::<u32>()
                .map(Value::from)
                .map_err(|_| "A whole number of guests."),
            Self::Line | Self::Text | Self::Answer | Self::Plain => Ok(Value::from(typed)),
        }
    }
}

/// An answer to an event, as the page says it.
#[must_use]
pub fn answer(status: &str) -> &str {
    match status {
        "declined" => "not going",
        "waiting" => "going, on the waitlist",
        other => other,
    }
}

/// The time by the clocks of `zone`, with its name; one that the browser does not know is told by ours.
fn time_in(time: Timestamp, zone: &str) -> String {
    match show_in(time, Shape::Full, zone) {
        Some(there) => [&there, " in ", &place(zone)].concat(),
        None => show(time, Shape::Full),
    }
}

fn time(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_has_words_too() {
        assert_eq!(Kind::Seats.show(&Value::Null, "UTC"), "No limit");
        assert_eq!(Kind::OpenTime.show(&Value::Null, "UTC"), "Open");
        assert_eq!(Kind::Line.show(&json!(""), "UTC"), "Nothing");
        assert_eq!(Kind::Answer.show(&json!("declined"), "UTC"), "not going");
    }

    fn utc(_: Timestamp) -> i64 {
        0
    }

    #[test]
    fn a_time_is_typed_by_the_clocks_of_the_place() {
        let tokyo = |_| 9 * 3_600_000_000;
        let evening = json!("2027-01-15T10:00:00Z");
        assert_eq!(Kind::Time.to_field(&evening, &tokyo), "2027-01-15T19:00");
        let typed = Kind::Time.read("2027-01-15T19:00", &tokyo).unwrap();
        assert_eq!(time(typed.as_str().unwrap()), time("2027-01-15T10:00:00Z"));
        assert!(Kind::Time.read("", &tokyo).is_err());
        assert_eq!(Kind::OpenTime.read("", &tokyo), Ok(Value::Null));
    }

    #[test]
    fn what_is_typed_becomes_a_value_or_a_hint() {
        assert_eq!(Kind::Seats.read(" 12 ", &utc), Ok(json!(12)));
        assert_eq!(Kind::Seats.read("", &utc), Ok(Value::Null));
        assert!(Kind::Seats.read("many", &utc).is_err());
        assert_eq!(Kind::Text.read(" a\nb ", &utc), Ok(json!("a\nb")));
    }
}
