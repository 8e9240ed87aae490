//! What the parts of the tavern's page know of each other.

use leptos::prelude::*;
use model::{Id, User};
use uuid::Uuid;
use wire::Timestamp;

use crate::{
    format,
    live::LiveTable,
    parts::{draft, log::jump::Jump},
};

/// Found in context below the page.
#[derive(Clone, Copy)]
pub struct Room {
    /// The message that is being answered.
    pub answering: RwSignal<Option<Id>>,
    /// The way to a line.
    pub jump: Jump,
    /// One's own username.
    pub username: Memo<String>,
    /// Up to here the person had read when the page was opened; none on the first visit.
    pub read: Option<Timestamp>,
    /// When the page was opened: what is said later is said while the person is here.
    pub opened: Timestamp,
}

impl Room {
    /// The room of `me`; the message that was being answered is still so after a reload.
    #[must_use]
    pub fn provide(me: Uuid) -> Self {
        let name = draft::name(me, "tavern.reply");
        let answering = Uuid::parse_str(&draft::load(&name)).ok().map(Id::from);
        let answering = RwSignal::new(answering);
        Effect::new(move |_| {
            let text = answering.get().map(|key| key.id.to_string());
            draft::save(&name, &text.unwrap_or_default());
        });
        let row = LiveTable::<User>::here().row(Id::from(me));
        let username = Memo::new(move |_| {
            row.with(|entry| entry.as_ref().map(|entry| entry.row.username.clone()))
                .unwrap_or_default()
        });
        let read = draft::load(&read_name(me)).parse().ok().map(Timestamp);
        let room = Self {
            answering,
            jump: Jump::new(),
            username,
            read,
            opened: format::now(),
        };
        provide_context(room);
        room
    }
}

/// Remembers on this device that `me` has read up to `at`.
pub fn remember_read(me: Uuid, at: Timestamp) {
    draft::save(&read_name(me), &at.0.to_string());
}

fn read_name(me: Uuid) -> String {
    draft::name(me, "tavern.read")
}
