//! One member, by a link that can be kept.

use leptos::prelude::*;
use model::{Id, User};
use uuid::Uuid;

use crate::{
    format::{Shape, show},
    live::{LiveTable, connection::Me},
    pages::members::profile::EditProfile,
    parts::{
        avatar::Avatar, block::BlockButton, empty::Empty, loading::Loading, name::Name,
        presence::Presence,
    },
    route::Route,
};

/// The page.
#[component]
pub fn Someone(id: Uuid) -> impl IntoView {
    let row = LiveTable::<User>::here().row(Id::from(id));
    let known = Memo::new(move |_| row.with(Option::is_some));
    view! {
        <section class="page">
            <p class="profile__back"><a href=Route::Members.href()>"All members"</a></p>
            <Loading rows=2>
                {move || {
                    if known.get() {
                        view! { <Profile id/> }.into_any()
                    } else {
                        view! { <Empty words="There is no such member. They may have left."/> }.into_any()
                    }
                }}
            </Loading>
        </section>
    }
}

#[component]
fn Profile(id: Uuid) -> impl IntoView {
    let Me(me) = expect_context();
    let row = LiveTable::<User>::here().row(Id::from(id));
    let read = move |of: fn(&User) -> String| {
        let row = row.clone();
        Memo::new(move |_| {
            row.with(|entry| entry.as_ref().map(|entry| of(&entry.row)))
                .unwrap_or_default()
        })
    };
    let handle = read(|user| ["@", &user.username].concat());
    let pronouns = read(|user| user.pronouns.clone());
    let bio = read(|user| user.bio.clone());
    let links = read(|user| user.web_links().collect::<Vec<_>>().join("\n"));
    let since = read(|user| ["Here since ", &show(user.created_at, Shape::MonthOfYear)].concat());
    let link = |link: &str| {
        let words = link.split_once("://").map_or(link, |(_, rest)| rest);
        let words = words.trim_end_matches('/').to_owned();
        view! {
            <li>
                <a href=link.to_owned() target="_blank" rel="noopener noreferrer nofollow" dir="ltr">{words}</a>
            </li>
        }
    };
    let actions = if id == me {
        view! { <EditProfile/> }.into_any()
    } else {
        view! {
            <a class="button" data-kind="primary" href=Route::Conversation(id).href()>"Message"</a>
            <BlockButton user=id/>
        }
        .into_any()
    };
    view! {
        <article class="profile">
            <Avatar user=id/>
            <div class="profile__who">
                <h1 class="page__title"><Name user=id beside=true/></h1>
                <p class="profile__facts">
                    <span>{handle}</span>
                    <bdi>{pronouns}</bdi>
                    <Presence user=id/>
                    <span>{since}</span>
                </p>
            </div>
            <p class="profile__bio" dir="auto">{bio}</p>
            <ul class="profile__links" aria-label="Links">
                {move || links.with(|links| links.lines().map(link).collect_view())}
            </ul>
            <div class="profile__actions">{actions}</div>
        </article>
    }
}
