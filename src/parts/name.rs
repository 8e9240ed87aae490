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
        provide_context(Self(users.tally(|user| Some(look(&user.display_name)))));
    }
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
    let namesakes: Option<Namesakes> = use_context::<Namesakes>().filter(|_| !beside);
    let row = LiveTable::<User>::here().row(Id::from(user));
    let username = Memo::new(move |_| {
        let Namesakes(all) = namesakes?;
        let entry = row.get()?;
        let others = all.of(&look(&entry.row.display_name)).get();
        (others > 1).then(|| ["@", &entry.row.username].concat())
    });
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
