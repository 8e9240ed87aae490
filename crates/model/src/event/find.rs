//! Finding events by words.

use super::Event;

/// Whether each of the words stands somewhere in the event or in its host's name, in any case.
#[must_use]
pub fn matches(event: &Event, host: &str, words: &str) -> bool {
    let texts = [&*event.title, &*event.location, &*event.description, host];
    let texts = texts.map(str::to_lowercase);
    let words = words.to_lowercase();
    words
        .split_whitespace()
        .all(|word| texts.iter().any(|text| text.contains(word)))
}

#[cfg(test)]
mod tests {
    use sync::Table;
    use uuid::Uuid;
    use wire::Timestamp;

    use super::*;
    use crate::event::EventDraft;

    #[test]
    fn every_word_counts_wherever_it_stands() {
        let draft = EventDraft {
            id: Uuid::nil(),
            host_id: Uuid::nil(),
            title: "Bread and Butter".into(),
            description: "We shape loaves.".into(),
            location: "Küche".into(),
            starts_at: Timestamp(0),
            ends_at: None,
            time_zone: "UTC".into(),
            capacity: None,
            guest_limit: 0,
        };
        let event = Event::draft(&draft, Timestamp(0));
        let finds = |words| matches(&event, "Tom Okafor", words);
        assert!(finds("") && finds("  ") && finds("BUTTER loav") && finds("küch tom"));
        assert!(!finds("butter jam"));
    }
}
