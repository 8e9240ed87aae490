//! One member in the list.

use leptos::prelude::*;
use model::{Id, User};
use sync::{Entry, Table};

use crate::{
    live::{LiveTable, connection::Me},
    pages::members::profile::EditProfile,
    parts::{
        avatar::Avatar,
        failed::standing_word,
        name::{Name, called},
        presence::Presence,
        queue::{name_of_row, refused::Refused},
    },
    route::Route,
};

/// Face, name, presence, what they say of themselves; a way to write to them, or for oneself to edit.
#[component]
pub fn MemberRow(key: Id) -> impl IntoView {
    let Me(me) = expect_context();
    let row: Signal<Option<Entry<User>>> = LiveTable::<User>::here().row(key).into();
    let user = key.id;
    let text = move |of: fn(&User) -> &str| {
        row.with(|entry| entry.as_ref().map(|entry| of(&entry.row).to_owned()))
            .unwrap_or_default()
    };
    let standing =
        move || row.with(|entry| entry.as_ref().map(|entry| standing_word(&entry.standing)));
    let name = called(user);
    let action = if user == me {
        view! {
            <span class="member__you">"You"</span>
            <EditProfile/>
        }
        .into_any()
    } else {
        view! {
            <a
                class="button"
                href=Route::Conversation(user).href()
                aria-label=move || name.with(|name| ["Message ", name].concat())
            >
                "Message"
            </a>
        }
        .into_any()
    };
    view! {
        <li class="member" id=user.to_string() data-standing=standing>
            <Avatar user/>
            <p class="member__who">
                <a class="member__name" href=Route::Member(user).href()><Name user beside=true/></a>
                <span class="member__username">"@"{move || text(|user| &user.username)}</span>
                <Presence user/>
            </p>
            <p class="member__bio" dir="auto">{move || text(|user| &user.bio)}</p>
            <div class="member__actions">{action}</div>
            {(user == me).then(|| view! { <Refused table=User::NAME row={name_of_row::<User>(key)}/> })}
        </li>
    }
}
