//! Two changed the same: both sides, field by field, and the person decides.

use std::collections::HashMap;

use leptos::prelude::*;
use model::Event;
use serde_json::Map;
use sync::{Queued, QueuedState, Table, WriteId};

use crate::{
    format,
    live::{LiveTable, connection::Queue, writer::Writer},
    parts::{
        confirm::Delete,
        conflict::{decisions::Decisions, field::ConflictField},
        dialog::Dialog,
        field::focus_first_bad,
        queue::{Settling, actions::Actions, is_gone, reason, typed_in, write},
        rescue::Rescued,
        show::Show,
    },
    wording::write::{deleted, sentence},
};

mod decisions;
pub mod field;

/// The dialog for the conflict that is being settled. It opens by itself for one that has just come about,
/// unless the person is writing something else.
#[component]
pub fn ConflictDialog() -> impl IntoView {
    let Settling(settling) = expect_context();
    open_by_itself();
    let close = Callback::new(move |()| settling.set(None));
    // What was typed is still there when the dialog is opened again.
    let decisions = Decisions::new();
    move || {
        settling
            .get()
            .map(|id| view! { <Settlement id decisions on_close=close/> })
    }
}

fn open_by_itself() {
    let Queue(queue) = expect_context();
    let Settling(settling) = expect_context();
    let begun = format::now();
    Effect::new(move |before: Option<HashMap<WriteId, bool>>| {
        let now: HashMap<WriteId, bool> =
            queue.with(|queue| queue.iter().map(|q| (q.id, is_conflict(q))).collect());
        let before = before.unwrap_or_default();
        // What an earlier life has left does not disturb; the status tells of it.
        let mine = |queued: &&Queued| {
            queued.at >= begun && before.get(&queued.id).is_none_or(|conflict| !conflict)
        };
        let fresh = queue.with(|queue| {
            let mut fresh = queue.iter().filter(|q| is_conflict(q)).filter(mine);
            fresh.next().map(|queued| queued.id)
        });
        if let Some(fresh) = fresh {
            // By then the form that it was saved from has closed.
            request_animation_frame(move || {
                if settling.try_get_untracked() == Some(None) && !is_writing() {
                    settling.set(Some(fresh));
                }
            });
        }
        now
    });
}

fn is_conflict(queued: &Queued) -> bool {
    matches!(queued.state, QueuedState::Conflict(_))
}

/// Whether the focus is in a text or another dialog is open.
fn is_writing() -> bool {
    let dialog = document().query_selector("dialog[open]").ok().flatten();
    let typing = document().active_element().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "TEXTAREA" | "INPUT")
            && js_sys::Reflect::get(&element, &"value".into())
                .ok()
                .and_then(|value| value.as_string())
                .is_some_and(|text| !text.is_empty())
    });
    dialog.is_some() || typing
}

/// The dialog `Two versions` for one write.
#[component]
fn Settlement(id: WriteId, decisions: Decisions, on_close: Callback<()>) -> impl IntoView {
    let writer = use_context::<Writer>();
    let queued = write(id);
    let conflict = Memo::new(move |_| {
        queued.with(|queued| match queued.as_ref().map(|queued| &queued.state) {
            Some(QueuedState::Conflict(conflict)) => Some(conflict.clone()),
            Some(QueuedState::Refused(_) | QueuedState::Sending | QueuedState::Waiting) | None => {
                None
            }
        })
    });
    let refused = Memo::new(move |_| {
        queued.with(|queued| {
            let queued = queued.as_ref()?;
            match &queued.state {
                state @ QueuedState::Refused(_) if is_gone(state) => Some(
                    [
                        deleted(queued.table),
                        " Your change can no longer be saved; its text can be taken along.",
                    ]
                    .concat(),
                ),
                state @ QueuedState::Refused(_) => Some(["Not saved: ", &reason(state)?].concat()),
                QueuedState::Sending | QueuedState::Waiting | QueuedState::Conflict(_) => None,
            }
        })
    });
    let typed = typed_in(queued);
    let decided = StoredValue::new(false);
    let rescued = use_context::<Rescued>();
    // Settled, or the other has taken back what was in the way.
    Effect::new(move |_| {
        if conflict.with(Option::is_some) || refused.with(Option::is_some) {
            decided.set_value(false);
            return;
        }
        if let Some(rescued) = rescued
            && queued.with_untracked(Option::is_some)
            && !decided.get_value()
        {
            let why =
                "There is nothing to decide any more; your change goes on as you first made it.";
            for text in decisions.typed(id) {
                rescued.add(why, text, None);
            }
        }
        on_close.run(());
    });
    let first_seen = conflict.with_untracked(|conflict| conflict.as_ref().map(|seen| seen.rev));
    let again = move || {
        let now = conflict.with(|conflict| conflict.as_ref().map(|now| now.rev));
        (now.is_some() && now != first_seen)
            .then_some("It has changed once more; this is how it is now.")
    };
    let decision = move |name: &str| decisions.of(id, name);
    let zone = zone_of(queued);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (Some(writer), Some(seen)) = (writer, conflict.get_untracked()) else {
            return;
        };
        let mut columns = Map::new();
        let mut bad = false;
        let table = queued.with_untracked(|queued| queued.as_ref().map(|queued| queued.table));
        for column in &seen.columns {
            let zone = zone.get_untracked();
            match decision(&column.name).value(table.unwrap_or_default(), column, &zone) {
                Ok(Some(value)) => {
                    columns.insert(column.name.clone(), value);
                }
                Ok(None) => {}
                Err(_) => bad = true,
            }
        }
        if bad {
            focus_first_bad(&event_target(&event));
        } else {
            decided.set_value(true);
            writer.settle(id, &seen, columns);
        }
    };
    let names = Memo::new(move |_| {
        conflict.with(|conflict| {
            let columns = conflict.as_ref().map(|conflict| &conflict.columns);
            let names = columns.map(|columns| columns.iter().map(|column| column.name.clone()));
            names.map(Iterator::collect::<Vec<_>>).unwrap_or_default()
        })
    });
    let children = move |name: String| {
        let find = name.clone();
        let column = Memo::new(move |_| {
            conflict.with(|conflict| {
                let mut columns = conflict.iter().flat_map(|conflict| &conflict.columns);
                columns.find(|column| column.name == find).cloned()
            })
        });
        let table = queued.with_untracked(|queued| queued.as_ref().map(|queued| queued.table));
        let decision = decision(&name);
        view! { <ConflictField table=table.unwrap_or_default() name column decision zone/> }
    };
    let give_up = Callback::new(move |()| {
        if let Some(writer) = writer {
            decided.set_value(true);
            writer.discard_write(id);
        }
    });
    let what = move || queued.with(|queued| queued.as_ref().map(sentence));
    let text = move || {
        let mut texts = vec![typed.get()];
        texts.extend(decisions.typed(id));
        texts.retain(|text| !text.is_empty());
        let one = |text| view! { <p class="conflict__text" dir="auto">{text}</p> };
        texts.into_iter().map(one).collect_view()
    };
    view! {
        <Dialog title="Two versions" on_close kind="wide">
            <p class="form__note"><bdi>{what}</bdi></p>
            <Show when=move || conflict.with(Option::is_some)>
                <form class="form" novalidate on:submit=save>
                    <p>"This was changed elsewhere while you changed it. Nothing is overwritten until you decide."</p>
                    <p class="form__note" role="status">{again}</p>
                    <For each=move || names.get() key=String::clone children/>
                    <div class="form__actions">
                        <button type="submit" class="button" data-kind="primary">"Save"</button>
                        <button type="button" class="button" on:click=move |_| on_close.run(())>"Later"</button>
                        <Delete verb="Discard mine" question="Discard what you wrote?" on_sure=give_up/>
                    </div>
                </form>
            </Show>
            <Show when=move || refused.with(Option::is_some)>
                <p role="alert">{move || refused.get()}</p>
                {text}
                <div class="form__actions"><Actions id/></div>
            </Show>
        </Dialog>
    }
}

/// The zone in which the event that is written is planned; else the reader's.
fn zone_of(queued: Memo<Option<Queued>>) -> Signal<String> {
    let events = use_context::<LiveTable<Event>>();
    let zone = move || {
        let key = queued.with(|queued| {
            let queued = queued
                .as_ref()
                .filter(|queued| queued.table == Event::NAME)?;
            serde_json::from_str(&queued.key).ok()
        })?;
        let row = events?.row(key);
        row.with(|entry| entry.as_ref().map(|entry| entry.row.time_zone.clone()))
    };
    Signal::derive(move || zone().unwrap_or_else(format::zone))
}
