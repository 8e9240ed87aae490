//! Refusals in words, and the list of those that have no row to stand at.

use leptos::prelude::*;
use serde_json::{Map, Value};
use sync::{Queued, QueuedState, Rejection, Verb};

use crate::live::{connection::Queue, writer::Writer};

/// What a refusal means, and what to do. Constraint names are part of the schema's contract.
#[must_use]
pub fn words(rejection: &Rejection) -> String {
    let constraint = rejection.constraint.as_deref().unwrap_or_default();
    let known = match constraint {
        "rsvps_seats" => "The event is full.",
        "events_capacity_taken" => "More people are going already than that has seats for.",
        "events_title_length" => "A title has 1 to 120 characters.",
        "events_description_length" => "A description has at most 4,000 characters.",
        "events_location_length" => "A location has at most 200 characters.",
        "events_starts_at_range" => "Choose a date between the years 2000 and 2200.",
        "events_ends_after_start" => "The end comes after the start, within a year.",
        "events_time_zone" | "events_time_zone_length" => {
            "Your browser's time zone is not known to the server."
        }
        "events_capacity_range" => "Seats go from 1 to 100,000, or empty for no limit.",
        "events_host_id_fkey" => "Your profile is gone; sign in again.",
        "rsvps_event_id_fkey" => "The event is no longer there.",
        "tavern_messages_body_length" | "private_messages_body_length" => {
            "A message has 1 to 4,000 characters."
        }
        "private_messages_two_people" => "A private message needs someone else to read it.",
        "private_messages_recipient_id_fkey" => "This member is no longer here.",
        "users_display_name_length" => "A name has 1 to 60 characters.",
        "users_bio_length" => "About you: at most 500 characters.",
        _ => by_code(&rejection.code),
    };
    if known.is_empty() {
        rejection.message.clone()
    } else {
        known.to_owned()
    }
}

fn by_code(code: &str) -> &'static str {
    match code {
        "42501" => "You are not allowed to do that.",
        "PT410" | "gone" => "It was deleted meanwhile.",
        "conflict" => "It was changed meanwhile; look again and retry.",
        _ => "",
    }
}

/// What was being done, by table.
fn what(table: &str) -> &'static str {
    match table {
        "events" => "Your change of the event was not saved.",
        "rsvps" => "Your answer was not saved.",
        "tavern_messages" | "private_messages" => "Your change of the message was not saved.",
        "users" => "Your profile was not saved.",
        _ => "Your change was not saved.",
    }
}

/// Texts among what a person had typed, in the order of the columns.
fn typed(columns: &Map<String, Value>) -> String {
    let texts: Vec<_> = columns.values().filter_map(Value::as_str).collect();
    texts.join("\n\n")
}

/// Refused writes that rolled back, until they are given up.
#[component]
pub fn NoticeList() -> impl IntoView {
    let Queue(queue) = expect_context();
    let refused = move || {
        let queue = queue.get();
        let shown = queue
            .iter()
            .filter(|queued| queued.needs_you() && queued.verb != Verb::Insert);
        shown.cloned().collect::<Vec<_>>()
    };
    view! {
        <ul class="notices" aria-label="Notices">
            <For each=refused key=|queued| queued.id children=move |queued| view! { <OneNotice queued/> }/>
        </ul>
    }
}

#[component]
fn OneNotice(queued: Queued) -> impl IntoView {
    let writer = use_context::<Writer>();
    let lost = Some(typed(&queued.columns)).filter(|lost| !lost.is_empty());
    let why = match &queued.state {
        QueuedState::Refused(rejection) => words(rejection),
        QueuedState::Conflict(_) | QueuedState::Sending | QueuedState::Waiting => {
            by_code("conflict").to_owned()
        }
    };
    let id = queued.id;
    view! {
        <li class="notice" role="alert">
            <p class="notice__words">{what(queued.table)}" "{why}</p>
            <button type="button" class="button" data-kind="quiet" on:click=move |_| { if let Some(writer) = writer { writer.discard_write(id) } }>
                "Dismiss"
            </button>
            {lost.map(|lost| {
                view! {
                    <label class="notice__lost">
                        "What you had written"
                        <textarea class="field__control" readonly rows="3" prop:value=lost></textarea>
                    </label>
                }
            })}
        </li>
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
            "The event is full."
        );
        assert_eq!(
            words(&rejection("42501", None)),
            "You are not allowed to do that."
        );
        assert_eq!(words(&rejection("23514", Some("new_one"))), "as it said");
    }

    /// The words are of no use if the schema calls a constraint by another name.
    #[test]
    fn every_constraint_of_the_schema_has_words() {
        let schema = [
            include_str!("../../supabase/migrations/20261101000100_users.sql"),
            include_str!("../../supabase/migrations/20261101000200_events.sql"),
            include_str!("../../supabase/migrations/20261101000300_messages.sql"),
        ]
        .concat();
        let named = schema.split("constraint ").skip(1).filter_map(|rest| {
            rest.split(|c: char| !c.is_ascii_lowercase() && c != '_')
                .find(|word| !word.is_empty())
        });
        // What a client cannot violate: the name is given at registration, answers come from an enum,
        // and the key of an RSVP is never patched.
        let never = ["users_username_format", "rsvps_status", "rsvps_key"];
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

    #[test]
    fn what_was_typed_is_given_back_as_text() {
        let columns = serde_json::from_str(r#"{"body":"a \"word\"","capacity":3,"title":"t"}"#);
        assert_eq!(typed(&columns.unwrap()), "a \"word\"\n\nt");
    }
}
