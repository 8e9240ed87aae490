//! What stands half filled in the form is kept on the device until it is saved or discarded.

use leptos::{ev, prelude::*};
use model::{Event, Id};
use uuid::Uuid;

use super::EventForm;
use crate::{
    format,
    live::{
        LiveTable,
        connection::{AsOf, Loaded},
    },
    pages::events::archive::edge,
    parts::draft,
};

/// An event as it was when somebody began to change it, and what stood in the fields when they left.
type Left = (Option<Event>, Vec<String>);

/// Forgets what `me` typed into events that are gone, as long as the current owner lives.
pub fn forget_gone(me: Uuid) {
    let events = LiveTable::<Event>::here();
    let list = events.list(&());
    let Loaded(loaded) = expect_context();
    let AsOf(as_of) = expect_context();
    Effect::new(move |_| {
        list.with(|_| ());
        // What the device kept may be older than the draft.
        if !loaded.get() || as_of.get().is_some() {
            return;
        }
        // One that is long over may be there all the same.
        let long_ago = edge(format::now());
        for name in draft::names(&[&draft::name(me, "event"), "."].concat()) {
            if let Ok((Some(old), _)) = serde_json::from_str::<Left>(&draft::load(&name))
                && events.entry(Id::from(old.id)).is_none()
                && !old.is_over(long_ago)
            {
                draft::save(&name, "");
            }
        }
    });
}

impl EventForm {
    /// Goes on with what was left of the new event, or of the changes of `event`, by `me`.
    pub fn resume(self, me: Uuid, event: Option<&Event>) {
        let place = event.map(|event| ["event.", &event.id.to_string()].concat());
        let name = draft::name(me, place.as_deref().unwrap_or("event"));
        self.begun.set_value(untrack(|| self.texts()));
        self.take(&draft::load(&name));
        self.draft.set_value(name);
    }

    /// Takes in what was kept.
    fn take(self, kept: &str) {
        if let Ok((old, texts)) = serde_json::from_str::<Left>(kept) {
            // Changes are made to what was seen then: what others changed since is not undone.
            if let Some(old) = old {
                self.fill(&old);
            }
            self.put(texts);
        }
    }

    /// Whether something was typed.
    pub fn is_begun(self) -> bool {
        let texts = self.texts();
        self.begun.with_value(|begun| *begun != texts)
    }

    /// Keeps nothing of it any more.
    pub fn discard(self) {
        self.draft.with_value(|name| draft::save(name, ""));
        self.draft.set_value(String::new());
    }

    /// Keeps what is typed, while there is a name for it, and follows what is typed in other tabs.
    pub(super) fn keep(self) {
        let listener = window_event_listener(ev::storage, move |event| {
            let is_this = |name: &String| event.key().is_none_or(|key| key == *name);
            let name = self.draft.get_value();
            if name.is_empty() || !is_this(&name) || is_written() {
                return;
            }
            // Changes of one that is announced are made to what was seen here, and stand until they are saved or dropped.
            if self.old.with_value(Option::is_some) {
                return;
            }
            match event.new_value() {
                Some(kept) => self.take(&kept),
                None => self.clear(),
            }
        });
        on_cleanup(move || listener.remove());
        Effect::new(move |_| {
            let left = self
                .is_begun()
                .then(|| (self.old.get_value(), self.texts()));
            let text = left.and_then(|left| serde_json::to_string::<Left>(&left).ok());
            self.draft.with_value(|name| {
                if !name.is_empty() {
                    draft::save(name, &text.unwrap_or_default());
                }
            });
        });
    }

    /// What stands in the fields.
    pub(super) fn texts(self) -> Vec<String> {
        let (texts, later) = self.fields();
        let texts = texts.map(|field| field.get()).into_iter();
        texts
            .chain(later.map(|later| later.get().to_string()))
            .collect()
    }

    fn put(self, from: Vec<String>) {
        let (texts, later) = self.fields();
        let mut from = from.into_iter();
        for (field, text) in texts.into_iter().zip(&mut from) {
            field.set(text);
        }
        for (field, text) in later.into_iter().zip(from) {
            field.set(text == "true");
        }
    }

    fn fields(self) -> ([RwSignal<String>; 8], [RwSignal<bool>; 2]) {
        let texts = [
            self.title,
            self.description,
            self.location,
            self.starts,
            self.ends,
            self.zone,
            self.capacity,
            self.guests,
        ];
        (texts, [self.starts_later, self.ends_later])
    }
}

/// Whether somebody is at work in a form of this tab, whose text is then newer than that of other tabs.
fn is_written() -> bool {
    let field = document().active_element();
    field.is_some_and(|field| {
        draft::is_written_in(&field) && matches!(field.closest("dialog"), Ok(Some(_)))
    })
}
