//! An event to try things out with.

use uuid::Uuid;
use wire::Timestamp;

use super::EventDraft;

/// A quiz with five seats, of which nothing is wrong.
pub fn draft() -> EventDraft {
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
        guest_limit: 0,
    }
}
