//! Events: what is on, where, when, and for how many.

use serde::{Deserialize, Serialize};
use sync::{Keys, Rev, Table};
use uuid::Uuid;
use wire::Timestamp;

use crate::Id;

/// Row of `events`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Key, made by the host's client.
    pub id: Uuid,
    /// Who invites.
    pub host_id: Uuid,
    /// 1 to 120 characters.
    pub title: String,
    /// At most 4,000 characters.
    pub description: String,
    /// At most 200 characters.
    pub location: String,
    /// Begin.
    pub starts_at: Timestamp,
    /// End; open when absent.
    pub ends_at: Option<Timestamp>,
    /// IANA name of the zone in which the host reckons.
    pub time_zone: String,
    /// Seats; without limit when absent.
    pub capacity: Option<u32>,
    /// When it was announced.
    pub created_at: Timestamp,
    /// Version.
    pub rev: Rev,
}

/// What a host sends to announce an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventDraft {
    /// Random key.
    pub id: Uuid,
    /// Oneself.
    pub host_id: Uuid,
    /// 1 to 120 characters.
    pub title: String,
    /// At most 4,000 characters.
    pub description: String,
    /// At most 200 characters.
    pub location: String,
    /// Begin.
    pub starts_at: Timestamp,
    /// End; open when absent.
    pub ends_at: Option<Timestamp>,
    /// IANA name.
    pub time_zone: String,
    /// Seats; without limit when absent.
    pub capacity: Option<u32>,
}

/// What a host may change. A doubled option tells "leave it" (absent) from "none" (null).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EventPatch {
    /// 1 to 120 characters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// At most 4,000 characters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// At most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<String>,
    /// Begin.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub starts_at: Option<Timestamp>,
    /// End.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "present"
    )]
    pub ends_at: Option<Option<Timestamp>>,
    /// IANA name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub time_zone: Option<String>,
    /// Seats.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "present"
    )]
    pub capacity: Option<Option<u32>>,
}

/// Reads a key that is there as `Some`, even when its value is null.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

impl EventPatch {
    /// The patch that turns `event` into what `draft` says; only what differs is in it.
    #[must_use]
    pub fn between(event: &Event, draft: &EventDraft) -> Self {
        fn changed<V: PartialEq + Clone>(old: &V, new: &V) -> Option<V> {
            (old != new).then(|| new.clone())
        }
        Self {
            title: changed(&event.title, &draft.title),
            description: changed(&event.description, &draft.description),
            location: changed(&event.location, &draft.location),
            starts_at: changed(&event.starts_at, &draft.starts_at),
            ends_at: changed(&event.ends_at, &draft.ends_at),
            time_zone: changed(&event.time_zone, &draft.time_zone),
            capacity: changed(&event.capacity, &draft.capacity),
        }
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Table for Event {
    const NAME: &'static str = "events";
    const KEYS: Keys = Keys::Fresh;
    type Key = Id;
    type Group = ();
    type Rank = Timestamp;
    type Draft = EventDraft;
    type Patch = EventPatch;

    fn key(&self) -> Id {
        self.id.into()
    }
    fn rev(&self) -> Rev {
        self.rev
    }
    fn group(&self) {}
    fn rank(&self) -> Timestamp {
        self.starts_at
    }
    fn draft_key(draft: &EventDraft) -> Id {
        draft.id.into()
    }
    fn draft(draft: &EventDraft, now: Timestamp) -> Self {
        let EventDraft {
            id,
            host_id,
            title,
            description,
            location,
            starts_at,
            ends_at,
            time_zone,
            capacity,
        } = draft.clone();
        Self {
            id,
            host_id,
            title,
            description,
            location,
            starts_at,
            ends_at,
            time_zone,
            capacity,
            created_at: now,
            rev: Rev::default(),
        }
    }
    fn put(&mut self, draft: &EventDraft) {
        *self = Self {
            rev: self.rev,
            ..Self::draft(draft, self.created_at)
        };
    }
    fn apply(&mut self, patch: &EventPatch) {
        let EventPatch {
            title,
            description,
            location,
            starts_at,
            ends_at,
            time_zone,
            capacity,
        } = patch.clone();
        fn set<V>(place: &mut V, value: Option<V>) {
            if let Some(value) = value {
                *place = value;
            }
        }
        set(&mut self.title, title);
        set(&mut self.description, description);
        set(&mut self.location, location);
        set(&mut self.starts_at, starts_at);
        set(&mut self.ends_at, ends_at);
        set(&mut self.time_zone, time_zone);
        set(&mut self.capacity, capacity);
    }
    fn since(&self) -> Option<Timestamp> {
        Some(self.ends_at.unwrap_or(self.starts_at))
    }
}

/// Why a draft cannot be saved, as (field, words); the database asks the same.
#[must_use]
pub fn draft_problems(draft: &EventDraft) -> Vec<(&'static str, &'static str)> {
    let mut problems = Vec::new();
    let mut ask = |good: bool, field, words| {
        if !good {
            problems.push((field, words));
        }
    };
    ask(
        !draft.title.trim().is_empty(),
        "title",
        "Give the event a title.",
    );
    ask(
        draft.title.chars().count() <= 120,
        "title",
        "At most 120 characters.",
    );
    ask(
        draft.description.chars().count() <= 4000,
        "description",
        "At most 4,000 characters.",
    );
    ask(
        draft.location.chars().count() <= 200,
        "location",
        "At most 200 characters.",
    );
    ask(
        draft.ends_at.is_none_or(|end| end > draft.starts_at),
        "ends_at",
        "The end comes after the start.",
    );
    ask(
        draft
            .capacity
            .is_none_or(|seats| (1..=100_000).contains(&seats)),
        "capacity",
        "From 1 to 100,000 seats, or empty for no limit.",
    );
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> EventDraft {
        EventDraft {
            id: Uuid::from_u128(1),
            host_id: Uuid::from_u128(2),
            title: "Quiz".into(),
            description: String::new(),
            location: String::new(),
            starts_at: Timestamp(1),
            ends_at: Some(Timestamp(2)),
            time_zone: "UTC".into(),
            capacity: Some(5),
        }
    }

    #[test]
    fn a_patch_has_only_what_differs_and_keeps_null_apart_from_absent() {
        let event = Event::draft(&draft(), Timestamp(0));
        let patch = EventPatch::between(
            &event,
            &EventDraft {
                capacity: None,
                ..draft()
            },
        );
        let json = serde_json::to_string(&patch).unwrap();
        assert_eq!(json, r#"{"capacity":null}"#);
        let again: EventPatch = serde_json::from_str(&json).unwrap();
        assert_eq!(again, patch);
        let mut edited = event.clone();
        edited.apply(&again);
        assert_eq!(
            edited,
            Event {
                capacity: None,
                ..event
            }
        );
    }

    #[test]
    fn problems_name_their_field() {
        let bad = EventDraft {
            title: " ".into(),
            ends_at: Some(Timestamp(1)),
            capacity: Some(0),
            ..draft()
        };
        let fields: Vec<_> = draft_problems(&bad)
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        assert_eq!(fields, ["title", "ends_at", "capacity"]);
        assert_eq!(draft_problems(&draft()), []);
    }
}
