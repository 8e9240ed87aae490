//! What the parts of the tavern's page know of each other.

use std::iter::successors;

use leptos::prelude::*;
use model::{Id, TavernMessage, User};
use sync::Status;
use uuid::Uuid;
use wire::Timestamp;

use crate::{
    format,
    live::{LiveTable, connection::Connection, list::List},
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
    /// The first line that somebody else said in between.
    pub news: RwSignal<Option<Id>>,
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
            news: RwSignal::new(None),
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

/// Keeps `news` true. One's own words are none, wherever they were said.
pub fn look_for_news(room: Room, me: Uuid, list: List<Id>) {
    let messages = LiveTable::<TavernMessage>::here();
    Effect::new(move |last_read: Option<Option<Id>>| {
        let (read, came) = (room.read.get(), room.came.get());
        let mut last_read = last_read.flatten();
        let news = list.with(|list| {
            // What comes stands behind what was read: the lines before are not looked at again.
            let from = last_read.filter(|key| list.contains(*key));
            for key in successors(from.or(list.first()), |key| list.after(*key)) {
                let Some(line) = messages.entry(key).map(|entry| entry.row) else {
                    continue;
                };
                if line.created_at <= read? {
                    last_read = Some(key);
                } else if line.author_id != me {
                    return came
                        .is_none_or(|came| line.created_at <= came)
                        .then_some(key);
                }
            }
            None
        });
        if room.news.get_untracked() != news {
            room.news.set(news);
        }
        last_read
    });
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
