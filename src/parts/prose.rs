//! What somebody wrote, as elements: never as HTML.

use std::collections::HashMap;

use leptos::{html::Div, prelude::*};
use model::{Id, User};
use prose::{Kind, Piece};
use uuid::Uuid;
use web_sys::Element;

use crate::{
    live::{LiveTable, connection::Me},
    route::Route,
};

/// Whose username is whose; found in context. Usernames never change.
#[derive(Clone, Copy)]
pub struct Usernames(Memo<HashMap<String, Uuid>>);

impl Usernames {
    /// Names all members to everything below the current owner.
    pub fn provide() {
        let users = LiveTable::<User>::here();
        let list = users.list(&());
        provide_context(Self(Memo::new(move |_| {
            let named = |key: Id| Some((users.entry(key)?.row.username.clone(), key.id));
            list.with(|list| list.iter().filter_map(named).collect())
        })));
    }
}

/// The text; what it mentions is a link to that member.
#[component]
pub fn Prose(#[prop(into)] source: Signal<String>) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let usernames = use_context::<Usernames>();
    let me = use_context::<Me>().map(|Me(me)| me);
    Effect::new(move |_| {
        let Some(node) = node.get() else { return };
        let pieces = source.with(|source| prose::read(source));
        let any = pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Mention { .. }));
        let person = |username: &str| {
            let Usernames(names) = usernames.filter(|_| any)?;
            names.with(|names| names.get(username).copied())
        };
        node.set_text_content(None);
        fill(&node, pieces, &person, me);
    });
    view! { <div class="prose" node_ref=node></div> }
}

fn fill(
    into: &Element,
    pieces: Vec<Piece>,
    person: &dyn Fn(&str) -> Option<Uuid>,
    me: Option<Uuid>,
) {
    let mut open = vec![into.clone()];
    for piece in pieces {
        let Some(here) = open.last() else { return };
        match piece {
            Piece::Open(kind) => {
                let Some(element) = element(&kind) else {
                    return;
                };
                let _ = here.append_with_node_1(&element);
                open.push(element);
            }
            Piece::Close => {
                open.pop();
            }
            Piece::Text(text) => {
                let _ = here.append_with_str_1(&text);
            }
            Piece::Break => {
                if let Some(line) = make("br") {
                    let _ = here.append_with_node_1(&line);
                }
            }
            Piece::Mention { username, typed } => match person(&username) {
                Some(user) => mention(here, user, &typed, me),
                None => {
                    let _ = here.append_with_str_1(&typed);
                }
            },
            Piece::Host(host) => {
                if let Some(note) = make("span") {
                    set(&note, "class", "prose__host");
                    note.set_text_content(Some(&[" (", &host, ")"].concat()));
                    let _ = here.append_with_node_1(&note);
                }
            }
        }
    }
}

fn mention(here: &Element, user: Uuid, typed: &str, me: Option<Uuid>) {
    let Some(link) = make("a") else { return };
    set(&link, "class", "prose__mention");
    if me == Some(user) {
        set(&link, "data-me", "true");
    }
    set(&link, "href", &Route::Member(user).href());
    link.set_text_content(Some(typed));
    let _ = here.append_with_node_1(&link);
}

fn element(kind: &Kind) -> Option<Element> {
    let element = make(match kind {
        Kind::Paragraph => "p",
        Kind::Quote => "blockquote",
        Kind::Bullets => "ul",
        Kind::Numbers(_) => "ol",
        Kind::Item => "li",
        Kind::CodeBlock => "pre",
        Kind::Code => "code",
        Kind::Strong => "strong",
        Kind::Emphasis => "em",
        Kind::Struck => "s",
        Kind::Link(_) => "a",
    })?;
    match kind {
        Kind::Link(to) => {
            set(&element, "href", to);
            set(&element, "target", "_blank");
            set(&element, "rel", "noopener noreferrer nofollow");
        }
        Kind::Numbers(first) => set(&element, "start", &first.to_string()),
        // A long line is scrolled to by keys as well.
        Kind::CodeBlock => set(&element, "tabindex", "0"),
        Kind::Paragraph | Kind::Item => set(&element, "dir", "auto"),
        Kind::Quote | Kind::Bullets | Kind::Code | Kind::Strong | Kind::Emphasis | Kind::Struck => {
        }
    }
    Some(element)
}

fn make(name: &str) -> Option<Element> {
    document().create_element(name).ok()
}

fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}
