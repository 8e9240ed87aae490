//! What a host changes of an event.

use serde::{Deserialize, Serialize};
use wire::Timestamp;

use super::{Event, EventDraft};

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
    /// Guests each.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub guest_limit: Option<u32>,
    /// Called off, or taking place after all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancelled: Option<bool>,
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
            guest_limit: changed(&event.guest_limit, &draft.guest_limit),
            cancelled: None,
        }
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use sync::Table;

    use super::{super::sample::draft, *};

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
}
