//! What a refusal means, and what to do about it.

use sync::Rejection;

/// The refusal in words. Constraint names are part of the schema's contract.
#[must_use]
pub fn words(rejection: &Rejection) -> String {
    let constraint = rejection.constraint.as_deref().unwrap_or_default();
    let known = match constraint {
        "rsvps_seats" => "No seats are left for more guests; you keep your own.",
        "rsvps_party" => "The event does not have so many seats in all. Bring fewer guests.",
        "rsvps_guest_limit" => "The host has not invited so many guests.",
        "rsvps_guests_range" | "events_guest_limit_range" => "At most 20 guests each.",
        "rsvps_over" => "The event is over: it takes no more answers.",
        "rsvps_cancelled" => "The event was cancelled meanwhile.",
        "events_capacity_taken" => "More people are going already than that has seats for.",
        "events_title_length" => "A title has 1 to 120 characters.",
        "events_description_length" => "A description has at most 4,000 characters.",
        "events_location_length" => "A location has at most 200 characters.",
        "events_starts_at_range" => "Choose a date between the years 2000 and 2200.",
        "events_ends_after_start" => "The end comes after the start, within a year.",
        "events_time_zone" | "events_time_zone_length" => {
            "The server does not know this time zone. Choose another one."
        }
        "events_capacity_range" => "Seats go from 1 to 100,000, or empty for no limit.",
        "events_host_id_fkey" => "Your profile is gone; sign in again.",
        "rsvps_event_id_fkey" => "The event is no longer there.",
        "tavern_messages_body_length" | "private_messages_body_length" => {
            "A message has 1 to 4,000 characters."
        }
        "private_messages_two_people" => "A private message needs someone else to read it.",
        "private_messages_recipient_id_fkey" => "This member is no longer here.",
        "tavern_messages_reply_to_another" => "A message cannot answer itself.",
        "reactions_emoji" => "A reaction is one emoji.",
        "reactions_limit" => "Twelve of your reactions to one message are enough.",
        "reactions_message_id_fkey" => "The message was taken back meanwhile.",
        "users_display_name_length" => "A name has 1 to 60 characters.",
        "users_bio_length" => "About you: at most 500 characters.",
        "users_pronouns_length" => "Pronouns: at most 40 characters.",
        "users_links_format" => "At most five links, each beginning with https:// or http://.",
        "conversations_once" => "It was marked as read already.",
        "blocks_once" => "You block this member already.",
        "blocks_two_people" | "conversations_two_people" => "That is you.",
        _ if rejection.message.contains("private_messages_delivery") => {
            "This message cannot be delivered."
        }
        _ => by_code(&rejection.code),
    };
    if !known.is_empty() {
        known.to_owned()
    } else if rejection.message.trim().is_empty() {
        ["The server refused it (", &rejection.code, ")."].concat()
    } else {
        rejection.message.clone()
    }
}

fn by_code(code: &str) -> &'static str {
    match code {
        "42501" => "You are not allowed to do that.",
        "22P05" => "There is a null byte in it, which cannot be kept. Type it anew.",
        "PT410" | "gone" => "It was deleted meanwhile.",
        "full" => "Too much waits to be sent already. Retry when there is a connection.",
        "conflict" => "It was changed meanwhile; look again and retry.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(code: &str, constraint: Option<&str>) -> Rejection {
        Rejection {
            code: code.into(),
            constraint: constraint.map(Into::into),
            message: "as it said".into(),
        }
    }

    #[test]
    fn a_known_constraint_has_words_and_an_unknown_one_keeps_the_servers() {
        assert_eq!(
            words(&rejection("23514", Some("rsvps_seats"))),
            "No seats are left for more guests; you keep your own."
        );
        assert_eq!(
            words(&rejection("42501", None)),
            "You are not allowed to do that."
        );
        assert!(words(&rejection("22P05", None)).contains("null byte"));
        assert_eq!(words(&rejection("23514", Some("new_one"))), "as it said");
        let wordless = Rejection {
            message: " ".into(),
            ..rejection("404", None)
        };
        assert_eq!(words(&wordless), "The server refused it (404).");
    }

    /// The words are of no use if the schema calls a constraint by another name.
    #[test]
    fn every_constraint_of_the_schema_has_words() {
        let schema = [
            include_str!("../../supabase/migrations/20261101000100_users.sql"),
            include_str!("../../supabase/migrations/20261101000200_events.sql"),
            include_str!("../../supabase/migrations/20261101000300_messages.sql"),
            include_str!("../../supabase/migrations/20261123000000_digests.sql"),
            include_str!("../../supabase/migrations/20261123000100_once.sql"),
            include_str!("../../supabase/migrations/20261125000000_replies_and_reactions.sql"),
            include_str!("../../supabase/migrations/20261125010000_waitlist.sql"),
            include_str!("../../supabase/migrations/20261125020000_people.sql"),
            include_str!("../../supabase/migrations/20261128000000_answers_until_it_is_over.sql"),
        ]
        .concat();
        let named = schema.split("constraint ").skip(1).filter_map(|rest| {
            rest.split(|c: char| !c.is_ascii_lowercase() && c != '_')
                .find(|word| !word.is_empty())
        });
        // What a client cannot violate: the name is given at registration, answers come from an enum,
        // keys of RSVPs and reactions are never patched, places in the line are given, and the server itself notes
        // which writes it has applied.
        let never = [
            "users_username_format",
            "rsvps_status",
            "rsvps_key",
            "reactions_key",
            "rsvps_waiting_since",
            "applied_writes_key_length",
        ];
        let mut seen = 0;
        for name in named.filter(|name| !never.contains(name)) {
            assert_ne!(
                words(&rejection("23514", Some(name))),
                "as it said",
                "{name}"
            );
            seen += 1;
        }
        assert!(seen >= 12, "the schema was read");
    }
}
