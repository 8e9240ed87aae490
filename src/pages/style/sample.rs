//! People and events that exist on the style page alone.

use leptos::prelude::*;
use model::{Answer, Event, Reaction, Rsvp, TavernMessage, User, reaction::Emoji};
use sync::{Changes, Entry, Rejection, Rev, Standing, Step, Table};
use uuid::Uuid;
use wire::Timestamp;

use crate::{format::now, live::LiveTable};

/// Somebody else.
pub const TOM: Uuid = Uuid::from_u128(2);
/// Somebody whose name has no end.
pub const LONG: Uuid = Uuid::from_u128(3);
/// Events, with their titles.
pub const EVENTS: [(u128, &str); 4] = [
    (11, "Quiz night"),
    (12, "Cancelled evening"),
    (13, "On its way"),
    (14, "Refused"),
];

/// A time so many days from now.
pub fn at(days: i64) -> Timestamp {
    Timestamp(now().0 + days * 86_400_000_000)
}

fn provide<T: Table>(group: T::Group, rows: Vec<(T, Standing)>) {
    let table = LiveTable::<T>::new();
    let steps = rows.iter().map(|(row, _)| Step::Stand {
        key: row.key(),
        before: None,
    });
    table.apply(Changes {
        lists: vec![(group, steps.collect())],
        rows: rows
            .into_iter()
            .map(|(row, standing)| {
                let entry = Entry {
                    row: row.into(),
                    standing,
                };
                (entry.row.key(), Some(entry))
            })
            .collect(),
        ..Changes::default()
    });
    provide_context(table);
}

/// Members of whom each is another case.
pub fn people(me: Uuid) {
    let user = |(id, name, bio): (Uuid, &str, &str)| {
        let user = User {
            id,
            username: name.to_lowercase().replace(' ', "_"),
            display_name: name.to_owned(),
            bio: bio.to_owned(),
            pronouns: String::new(),
            links: String::new(),
            created_at: Timestamp(0),
            rev: Rev(1),
        };
        (user, Standing::Confirmed)
    };
    let long = "Donaudampfschifffahrtsgesellschaftskapitän";
    let all = [
        (me, "Mara Lindqvist", "Keeps the quiz."),
        (TOM, "Tom Okafor", ""),
        (LONG, long, long),
    ];
    provide((), all.map(user).into());
}

/// Events in each standing, and answers to the first.
pub fn events(me: Uuid) {
    let refused = Rejection {
        code: "23514".to_owned(),
        constraint: Some("events_title_length".to_owned()),
        message: String::new(),
    };
    let standings = [
        Standing::Confirmed,
        Standing::Confirmed,
        Standing::Pending,
        Standing::Failed(refused),
    ];
    let event = |((id, title), standing): ((u128, &str), Standing)| {
        let event = Event {
            id: Uuid::from_u128(id),
            host_id: me,
            title: title.to_owned(),
            description: "Six rounds, and bread.".to_owned(),
            location: "The long table".to_owned(),
            starts_at: at(3),
            ends_at: None,
            time_zone: "Europe/Berlin".to_owned(),
            capacity: Some(1),
            guest_limit: 2,
            cancelled: id == 12,
            created_at: Timestamp(0),
            rev: Rev(1),
        };
        (event, standing)
    };
    let all = EVENTS.into_iter().zip(standings).map(event);
    provide((), all.collect());
    let answer = |(user_id, status)| {
        let rsvp = Rsvp {
            event_id: Uuid::from_u128(EVENTS[0].0),
            user_id,
            status,
            guests: 0,
            waiting_since: None,
            created_at: Timestamp(0),
            rev: Rev(1),
        };
        (rsvp, Standing::Confirmed)
    };
    let answers = [(TOM, Answer::Going), (LONG, Answer::Waiting)];
    provide(Uuid::from_u128(EVENTS[0].0), answers.map(answer).into());
}

/// What is said on the page.
pub const SAID: [Uuid; 3] = [
    Uuid::from_u128(21),
    Uuid::from_u128(22),
    Uuid::from_u128(23),
];

/// A question, an answer to it with reactions, and a line of one's own.
pub fn talk(me: Uuid) {
    let said = [
        (TOM, "Who brings the maps?", None),
        (LONG, "I do, **all** of them.", Some(SAID[0])),
        (me, "I bring bread.", Some(Uuid::from_u128(99))),
    ];
    let message = |(id, (author_id, body, reply_to)): (Uuid, (Uuid, &str, Option<Uuid>))| {
        let message = TavernMessage {
            id,
            author_id,
            body: body.to_owned(),
            reply_to,
            edited_at: None,
            created_at: at(0),
            rev: Rev(1),
        };
        (message, Standing::Confirmed)
    };
    provide((), SAID.into_iter().zip(said).map(message).collect());
    let reaction = |(user_id, emoji): (Uuid, &str)| {
        let reaction = Reaction {
            message_id: SAID[1],
            user_id,
            emoji: Emoji::new(emoji)?,
            created_at: at(0),
            rev: Rev(1),
        };
        Some((reaction, Standing::Confirmed))
    };
    let reactions = [(me, "🎉"), (TOM, "🎉"), (TOM, "👍")];
    provide(
        SAID[1],
        reactions.into_iter().filter_map(reaction).collect(),
    );
}
