//! Reactions under a message, and those that one can give.

use leptos::{html::Button, prelude::*};
use model::{
    Reaction,
    reaction::{Emoji, OFFERED, ReactionKey, Tallied, tallied},
};
use uuid::Uuid;

use crate::{
    live::{LiveTable, connection::Me, writer::Writer},
    parts::{focus, name::called, show::Show},
};

/// So many people are named; the others are counted.
const NAMED: usize = 6;

/// Gives a reaction, or takes it back.
fn toggle(message: Uuid, emoji: Emoji) {
    let Me(me) = expect_context();
    let key = ReactionKey {
        message_id: message,
        user_id: me,
        emoji,
    };
    if LiveTable::<Reaction>::here().entry(key).is_some() {
        Writer::here().delete::<Reaction>(key);
    } else {
        Writer::here().insert::<Reaction>(key);
    }
}

/// One button for each emoji that somebody has given; pressed when one is among them.
#[component]
pub fn Reactions(message: Uuid) -> impl IntoView {
    let list = LiveTable::<Reaction>::here().list(&message);
    let all = Memo::new(move |_| list.with(|list| tallied(list.iter())));
    let owner = Owner::current().unwrap_or_default();
    view! {
        <Show when=move || all.with(|all| !all.is_empty())>
            <div class="reactions" role="group" aria-label="Reactions">
                {
                    let owner = owner.clone();
                    view! {
                        <For
                            each=move || all.get()
                            key=|one| one.emoji
                            children=move |one| {
                                let one = tally_of(all, one.emoji);
                                let owner = owner.clone();
                                view! { <One one on_press=Callback::new(move |emoji| {
                                    owner.with(|| toggle(message, emoji));
                                })/> }
                            }
                        />
                    }
                }
            </div>
        </Show>
    }
    .into_any()
}

fn tally_of(all: Memo<Vec<Tallied>>, emoji: Emoji) -> Memo<Tallied> {
    Memo::new(move |_| {
        let found = all.with(|all| all.iter().find(|one| one.emoji == emoji).cloned());
        found.unwrap_or_else(|| Tallied {
            emoji,
            people: Vec::new(),
        })
    })
}

#[component]
fn One(one: Memo<Tallied>, on_press: Callback<Emoji>) -> impl IntoView {
    let Me(me) = expect_context();
    let mine = move || one.with(|one| one.people.contains(&me));
    let names = move || {
        let people = one.with(|one| one.people.clone());
        let rest = people.len().saturating_sub(NAMED);
        let mut names: Vec<String> = people
            .into_iter()
            .take(NAMED)
            .map(|user| {
                if user == me {
                    "you".to_owned()
                } else {
                    called(user).get()
                }
            })
            .collect();
        if rest > 0 {
            names.push([&rest.to_string(), " more"].concat());
        }
        names.join(", ")
    };
    let emoji = one.with_untracked(|one| one.emoji);
    view! {
        <button
            type="button"
            class="reaction"
            aria-pressed=move || mine().to_string()
            title=names
            on:click=move |event| {
                focus::hold(&event);
                on_press.run(emoji);
            }
        >
            <span>{emoji.as_str().to_owned()}</span>
            " "
            <span class="reaction__count">{move || one.with(|one| one.people.len())}</span>
            <span class="quiet-words">{move || [" by ", &names()].concat()}</span>
        </button>
    }
    .into_any()
}

/// `React`, which opens the emoji that are offered.
#[component]
pub fn React(message: Uuid) -> impl IntoView {
    let open = RwSignal::new(false);
    let (first, react) = (NodeRef::<Button>::new(), NodeRef::<Button>::new());
    Effect::new(move |_| {
        if let Some(first) = first.get() {
            let _ = first.focus();
        }
    });
    let close = move || {
        open.set(false);
        if let Some(react) = react.get_untracked() {
            let _ = react.focus();
        }
    };
    let owner = Owner::current().unwrap_or_default();
    let offered = move || {
        let one = |(number, text): (usize, &'static str)| {
            let owner = owner.clone();
            let give = move |_| {
                if let Some(emoji) = Emoji::new(text) {
                    owner.with(|| toggle(message, emoji));
                }
                close();
            };
            let label = ["React with ", text].concat();
            if number == 0 {
                view! { <button type="button" class="reaction" aria-label=label node_ref=first on:click=give>{text}</button> }
                    .into_any()
            } else {
                view! { <button type="button" class="reaction" aria-label=label on:click=give>{text}</button> }
                    .into_any()
            }
        };
        OFFERED.into_iter().enumerate().map(one).collect_view()
    };
    view! {
        <button
            type="button"
            class="button"
            data-kind="quiet"
            node_ref=react
            aria-expanded=move || open.get().to_string()
            on:click=move |_| open.update(|open| *open = !*open)
        >
            "React"
        </button>
        <Show when=move || open.get()>
            <span
                class="reactions"
                role="group"
                aria-label="Reactions"
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        event.prevent_default();
                        close();
                    }
                }
            >
                {offered()}
            </span>
        </Show>
    }
    .into_any()
}
