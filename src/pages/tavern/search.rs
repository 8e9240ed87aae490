//! Looking for something that was said: the server searches, the hits lead to the lines.

use std::time::Duration;

use leptos::{html::Input, prelude::*};
use model::{Id, TavernMessage};
use serde_json::json;
use sync::{Method, Response};
use wire::Timestamp;

use crate::{
    driver::clock::Timer,
    format::Shape,
    live::writer::Writer,
    pages::tavern::room::Room,
    parts::{avatar::Avatar, clock::Clock, name::Name, show::Show, when::When},
};

/// A pause in typing after which the server is asked.
const PAUSE: Duration = Duration::from_millis(250);
/// Hits of one answer.
const PAGE: usize = 50;
/// Characters before the first hit in what is shown of a message.
const LEAD: usize = 40;
/// Characters shown of a message.
const LENGTH: usize = 180;

/// What was found, and of which question.
#[derive(Debug, Clone, Default)]
struct Found {
    /// They stay until others are found.
    hits: Vec<TavernMessage>,
    more: bool,
    question: u32,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Nothing,
    Searching,
    Failed,
    Done,
}

/// The field and what it finds; Escape closes it.
#[component]
pub fn Search(field: NodeRef<Input>, on_close: Callback<()>) -> impl IntoView {
    let writer = Writer::here();
    let room: Room = expect_context();
    let words = RwSignal::new(String::new());
    let found = RwSignal::new(Found::default());
    let asked = StoredValue::new(0_u32);
    let timer = StoredValue::new_local(None::<Timer>);
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let ask = move |before: Option<Timestamp>, sofar: Vec<TavernMessage>| {
        // No message holds a null byte, and a search for one would be refused.
        let query = words.with_untracked(|words| words.trim().replace('\0', ""));
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        if query.is_empty() {
            found.set(Found::default());
            return;
        }
        found.update(|found| found.state = State::Searching);
        let question = if sofar.is_empty() {
            number
        } else {
            found.with_untracked(|found| found.question)
        };
        let before = before.map_or_else(|| "infinity".to_owned(), |before| before.to_string());
        let body = json!({"words": query, "said_before": before}).to_string();
        let path = "/rest/v1/rpc/search_tavern".to_owned();
        writer.ask(Method::Post, path, Some(body), move |answer| {
            // Only the answer to what stands in the field now is of interest.
            if asked.try_get_value() == Some(number) {
                let _ = found.try_set(read(answer, sofar, question));
            }
        });
    };
    let typed = move |event| {
        words.set(event_target_value(&event));
        timer.set_value(Some(Timer::new(PAUSE, move || ask(None, Vec::new()))));
    };
    let more = move |_| {
        let Found { hits, .. } = found.get_untracked();
        ask(hits.last().map(|last| last.created_at), hits);
    };
    let go = Callback::new(move |key| {
        on_close.run(());
        room.jump.to(key);
    });
    view! {
        <search
            class="search"
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.prevent_default();
                    on_close.run(());
                }
            }
        >
            <form
                class="search__ask"
                on:submit=move |event| {
                    event.prevent_default();
                    ask(None, Vec::new());
                }
            >
                <input
                    class="field__control"
                    type="search"
                    maxlength="200"
                    aria-label="Search in what was said"
                    placeholder="Search in what was said"
                    node_ref=field
                    prop:value=words
                    on:input=typed
                />
                <button type="button" class="button" data-kind="quiet" on:click=move |_| on_close.run(())>
                    "Close search"
                </button>
            </form>
            <p class="search__note" role="status">{move || found.with(note)}</p>
            <Show when=move || found.with(|found| !found.hits.is_empty())>
                <ol class="search__hits" aria-label="Found">
                    <For
                        each=move || found.with(|found| {
                            let hits = found.hits.iter().cloned();
                            hits.map(|hit| (found.question, hit)).collect::<Vec<_>>()
                        })
                        // Other words are marked in it when others were asked for.
                        key=|(question, hit)| (*question, hit.id)
                        children=move |(_, hit)| view! { <Hit hit words=words.get_untracked() go/> }
                    />
                </ol>
                <Show when=move || found.with(|found| found.more)>
                    <button type="button" class="button" on:click=more>"Show more"</button>
                </Show>
            </Show>
        </search>
    }
    .into_any()
}

fn read(answer: Option<Response>, mut sofar: Vec<TavernMessage>, question: u32) -> Found {
    let answer = answer.filter(|answer| answer.status == 200);
    let hits: Option<Vec<TavernMessage>> =
        answer.and_then(|answer| serde_json::from_str(&answer.body).ok());
    let state = if hits.is_some() {
        State::Done
    } else {
        State::Failed
    };
    // What did not arrive can be asked for again.
    let more = hits.as_ref().is_none_or(|hits| hits.len() == PAGE);
    sofar.extend(hits.unwrap_or_default());
    Found {
        hits: sofar,
        more,
        question,
        state,
    }
}

fn note(found: &Found) -> String {
    match found.state {
        State::Nothing => String::new(),
        State::Searching => "Searching …".to_owned(),
        State::Failed => {
            "The search needs the tavern, which cannot be reached. Try again.".to_owned()
        }
        State::Done if found.hits.is_empty() => "Nobody has said that.".to_owned(),
        State::Done => {
            let more = if found.more { " or more" } else { "" };
            let count = crate::format::count(found.hits.len(), "message", "messages");
            [&count, more].concat()
        }
    }
}

#[component]
fn Hit(hit: TavernMessage, words: String, go: Callback<Id>) -> impl IntoView {
    let Clock(_) = expect_context();
    let key = Id::from(hit.id);
    let at = Signal::stored(hit.created_at);
    let pieces = prose::excerpt(&prose::plain(&hit.body), &words, LEAD, LENGTH);
    let pieces = pieces
        .into_iter()
        .map(|(text, is_hit)| {
            if is_hit {
                view! { <mark>{text}</mark> }.into_any()
            } else {
                text.into_any()
            }
        })
        .collect_view();
    view! {
        <li>
            <button type="button" class="search__hit" on:click=move |_| go.run(key)>
                <Avatar user=hit.author_id/>
                <span class="search__who"><Name user=hit.author_id/> " " <When at shape=Shape::Short/></span>
                <span class="search__words" dir="auto">{pieces}</span>
            </button>
        </li>
    }
    .into_any()
}
