//! What the parts of the tavern's page know of each other.

use leptos::prelude::*;
use model::{Id, User};
use sync::Status;
use uuid::Uuid;
use wire::Timestamp;

use crate::{
    format,
    live::LiveTable,
    live::connection::Connection,
    parts::{draft, log::jump::Jump, visible},
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
    /// Up to here the person had read when they came, or came back; none on the first visit.
    pub read: RwSignal<Option<Timestamp>>,
    /// When they came: what is said later is said while they are here. Not yet while they are away.
    pub came: RwSignal<Option<Timestamp>>,
}

impl Room {
    /// The room of `me`; the message that was being answered is still so after a reload.
    #[must_use]
    pub fn provide(me: Uuid) -> Self {
        let name = draft::name(me, "tavern.reply");
        let answering = Uuid::parse_str(&draft::load(&name)).ok().map(Id::from);
        let answering = RwSignal::new(answering);
        draft::follow(name.clone(), move |kept| {
            answering.set(Uuid::parse_str(&kept).ok().map(Id::from));
        });
        Effect::new(move |_| {
            let text = answering.get().map(|key| key.id.to_string());
            draft::save(&name, &text.unwrap_or_default());
        });
        let row = LiveTable::<User>::here().row(Id::from(me));
        let username = Memo::new(move |_| {
            row.with(|entry| entry.as_ref().map(|entry| entry.row.username.clone()))
                .unwrap_or_default()
        });
        let room = Self {
            answering,
            jump: Jump::new(),
            username,
            read: RwSignal::new(read_by(me)),
            came: RwSignal::new(Some(format::now())),
        };
        provide_context(room);
        room
    }

    /// Notes when the person looks away, and when they are back; `newest` is when somebody spoke last.
    pub fn watch(self, me: Uuid, newest: impl Fn() -> Option<Timestamp> + 'static) {
        let visible = visible::watch();
        let Connection(status) = expect_context();
        let live = Memo::new(move |_| status.with(|status| *status == Status::Live));
        // Whether they were here before, and all that was said until then was known.
        Effect::new(move |before: Option<(bool, bool)>| {
            let (here, live) = (visible.get(), live.get());
            let (was_here, knew) = before.unwrap_or((true, false));
            if was_here && !here {
                self.read.set(read_by(me));
                self.came.set(None);
            } else if here && !(was_here && knew) {
                // By the server's clock: that of this device may be ahead, and what is said from now on no news.
                self.came.set(Some(newest().unwrap_or_default()));
            }
            (here, here && (live || was_here && knew))
        });
    }
}

fn read_by(me: Uuid) -> Option<Timestamp> {
    draft::load(&read_name(me)).parse().ok().map(Timestamp)
}

/// Remembers on this device that `me` has read up to `at`.
pub fn remember_read(me: Uuid, at: Timestamp) {
    draft::save(&read_name(me), &at.0.to_string());
}

fn read_name(me: Uuid) -> String {
    draft::name(me, "tavern.read")
}
