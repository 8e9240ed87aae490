//! What keeps an event from being saved.

use super::{EventDraft, GUESTS};

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
    ask(
        draft.guest_limit <= GUESTS,
        "guest_limit",
        "At most 20 guests each.",
    );
    problems
}

#[cfg(test)]
mod tests {
    use wire::Timestamp;

    use super::{super::sample::draft, *};

    #[test]
    fn problems_name_their_field() {
        let bad = EventDraft {
            title: " ".into(),
            ends_at: Some(Timestamp(1)),
            capacity: Some(0),
            guest_limit: 21,
            ..draft()
        };
        let fields: Vec<_> = draft_problems(&bad)
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        assert_eq!(fields, ["title", "ends_at", "capacity", "guest_limit"]);
        assert_eq!(draft_problems(&draft()), []);
    }
}
