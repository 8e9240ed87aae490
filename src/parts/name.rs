//! A member's name, kept apart from the writing direction of what surrounds it.

use leptos::prelude::*;
use model::{Id, User, look};
use uuid::Uuid;

use crate::live::{LiveTable, tally::Tally};

/// How many members are called so, or nearly so; found in context.
#[derive(Clone, Copy)]
pub struct Namesakes(Tally<User>);

impl Namesakes {
    /// Counts for everything below the current owner.
    pub fn provide() {
        let users = LiveTable::<User>::here();
        provide_context(Self(users.tally(|user| Some(looks(&user.display_name)))));
    }
}

/// How a name looks, in whichever of its ways it is written.
fn looks(name: &str) -> String {
    if name.is_ascii() {
        return look(name);
    }
    look(&String::from(
        js_sys::JsString::from(name).normalize("NFKC"),
    ))
}

/// The username, where somebody else's name looks the same.
fn username_of(user: Uuid) -> Signal<Option<String>> {
    let namesakes = use_context::<Namesakes>();
    let row = LiveTable::<User>::here().row(Id::from(user));
    Signal::derive(move || {
        let Namesakes(all) = namesakes?;
        let entry = row.get()?;
        let others = all.of(&looks(&entry.row.display_name)).get();
        (others > 1).then(|| ["@", &entry.row.username].concat())
    })
}

/// What a member is called, in one line of text: with the username where somebody else's name looks the same.
#[must_use]
pub fn called(user: Uuid) -> Signal<String> {
    let (name, username) = (name_of(user), username_of(user));
    Signal::derive(move || match username.get() {
        Some(username) => [&name.get(), " ", &username].concat(),
        None => name.get(),
    })
}

/// Name of a member; a dash stands for one who is not known (yet).
#[must_use]
pub fn name_of(user: Uuid) -> Signal<String> {
    let row = LiveTable::<User>::here().row(Id::from(user));
    Signal::derive(move || {
        row.with(|entry| match entry {
            Some(entry) => entry.row.display_name.clone(),
            None => "–".to_owned(),
        })
    })
}

/// The name as text; with the username where somebody else's looks the same, unless that stands beside it.
#[component]
pub fn Name(user: Uuid, #[prop(optional)] beside: bool) -> impl IntoView {
    let name = name_of(user);
    let username = username_of(user);
    let username = Memo::new(move |_| username.get().filter(|_| !beside));
    let inside = move || match username.get() {
        None => name.into_any(),
        Some(username) => view! {
            <span class="name__shown">{name}</span>
            " "
            <bdi class="name__username">{username}</bdi>
        }
        .into_any(),
    };
    view! { <bdi class="name">{inside}</bdi> }.into_any()
}
