//! Names that are offered while somebody writes `@`.

use leptos::{ev::KeyboardEvent, html::Textarea, prelude::*};
use model::{Id, User};
use uuid::Uuid;

use crate::{
    format::count,
    live::{LiveTable, connection::Me},
    parts::{avatar::Avatar, name::Name},
};

/// So many are offered.
const MOST: usize = 6;

/// What is offered for a text that is being written.
#[derive(Clone, Copy)]
pub struct Offer {
    text: RwSignal<String>,
    field: NodeRef<Textarea>,
    /// What stands after the sign, up to where one writes; none when no name is being written.
    begun: RwSignal<Option<String>>,
    chosen: RwSignal<usize>,
    people: Memo<Vec<(Uuid, String)>>,
}

impl Offer {
    /// Offers for the text of a field.
    #[must_use]
    pub fn new(text: RwSignal<String>, field: NodeRef<Textarea>) -> Self {
        let begun = RwSignal::new(None::<String>);
        let me = use_context::<Me>();
        let people = Memo::new(move |_| {
            let begun = begun.get()?.to_lowercase();
            let users = LiveTable::<User>::here();
            let fits = |key: Id| {
                let user = users.entry(key)?.row;
                let name = user.display_name.to_lowercase();
                let named = user.username.starts_with(&begun)
                    || name.split_whitespace().any(|word| word.starts_with(&begun));
                let other = me != Some(Me(key.id));
                (named && other).then(|| (key.id, user.username.clone()))
            };
            let list = users.list(&());
            Some(list.with(|list| list.iter().filter_map(fits).take(MOST).collect()))
        });
        let people = Memo::new(move |_| people.get().unwrap_or_default());
        Self {
            text,
            field,
            begun,
            chosen: RwSignal::new(0),
            people,
        }
    }

    /// The text or the place in it has changed.
    pub fn look(self) {
        let before = self.before().map(|(before, _)| before);
        let begun = before.and_then(|before| prose::begun(&before).map(str::to_owned));
        if self.begun.with_untracked(|old| *old != begun) {
            self.chosen.set(0);
            self.begun.set(begun);
        }
    }

    /// Whether anything is offered.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.people.with(|people| !people.is_empty())
    }

    /// The element of the name that Enter takes.
    #[must_use]
    pub fn active(self) -> Option<String> {
        self.is_open().then(|| option_id(self.chosen.get()))
    }

    /// Takes a key that is meant for the list; whether it was.
    pub fn takes(self, event: &KeyboardEvent) -> bool {
        let count = self.people.with_untracked(Vec::len);
        if count == 0 || event.is_composing() {
            return false;
        }
        match event.key().as_str() {
            "ArrowDown" => self.chosen.update(|chosen| *chosen = (*chosen + 1) % count),
            "ArrowUp" => self
                .chosen
                .update(|chosen| *chosen = (*chosen + count - 1) % count),
            "Enter" | "Tab" if !event.shift_key() => self.choose(self.chosen.get_untracked()),
            "Escape" => self.begun.set(None),
            _ => return false,
        }
        event.prevent_default();
        true
    }

    /// Nothing is offered any more.
    pub fn close(self) {
        self.begun.set(None);
    }

    /// Text before and after where one writes.
    fn before(self) -> Option<(String, String)> {
        let field = self.field.get_untracked()?;
        let at = field.selection_start().ok().flatten()?;
        let text = js_sys::JsString::from(field.value());
        let end = text.length();
        Some((text.slice(0, at).into(), text.slice(at, end).into()))
    }

    fn choose(self, number: usize) {
        let person = self
            .people
            .with_untracked(|people| people.get(number).cloned());
        let (Some((_, username)), Some((before, after))) = (person, self.before()) else {
            return;
        };
        let begun = prose::begun(&before).unwrap_or_default().len();
        let before = [&before[..before.len() - begun], &username, " "].concat();
        let at = u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX);
        let text = [before.as_str(), &after].concat();
        // At once: whoever goes on typing types after the name.
        if let Some(field) = self.field.get_untracked() {
            field.set_value(&text);
            let _ = field.focus();
            let _ = field.set_selection_range(at, at);
        }
        self.text.set(text);
        self.begun.set(None);
    }
}

fn option_id(number: usize) -> String {
    ["mention-", &number.to_string()].concat()
}

/// The list above the field.
#[component]
pub fn Offered(offer: Offer) -> impl IntoView {
    let option = move |(number, (user, username)): (usize, (Uuid, String))| {
        view! {
            <li
                class="offered__one"
                id=option_id(number)
                role="option"
                aria-selected=move || (offer.chosen.get() == number).to_string()
                // Before the field loses the focus.
                on:mousedown=move |event| {
                    event.prevent_default();
                    offer.choose(number);
                }
            >
                <Avatar user/>
                <Name user beside=true/>
                <span class="quiet">"@"{username}</span>
            </li>
        }
    };
    // A field of several lines cannot say that a list belongs to it.
    let told = Memo::new(move |_| {
        let names = count(offer.people.with(Vec::len), "name", "names");
        let told = || [&names, " offered: up and down to choose, Enter to take"].concat();
        offer.is_open().then(told)
    });
    view! {
        <ul class="offered" id="mentions" role="listbox" aria-label="Members" hidden=move || !offer.is_open()>
            {move || {
                let people = offer.people.get().into_iter().enumerate();
                people.map(option).collect_view()
            }}
        </ul>
        <p class="quiet-words" role="status">{move || told.get()}</p>
    }
    .into_any()
}
