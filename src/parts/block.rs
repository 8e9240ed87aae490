//! Whom one blocks, and the way to do and to end it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use leptos::prelude::*;
use model::{Block, Id, block::BlockDraft};
use sync::{QueuedState, Standing, Table};
use uuid::Uuid;

use crate::{
    live::{
        LiveTable,
        connection::{AsOf, Here, Loaded, Me, Queue, Writing},
        writer::Writer,
    },
    parts::{confirm::Delete, focus, show::Show},
};

/// The people whom one blocks, each with the key of the block; found in context.
#[derive(Clone, Copy)]
pub struct Blocked(pub Signal<Arc<BTreeMap<Uuid, Id>>>);

impl Blocked {
    /// Whether one blocks `user`.
    #[must_use]
    pub fn has(self, user: Uuid) -> bool {
        self.0.with(|blocked| blocked.contains_key(&user))
    }
}

/// Provides [`Blocked`], and leaves those people out of who is here and who is writing.
pub fn provide() {
    let blocks = LiveTable::<Block>::here();
    let writer = Writer::here();
    let blocked = Memo::new(move |_| {
        let rows = blocks.list(&()).keys().into_iter().filter_map(|key| {
            let row = blocks.row(key);
            row.with(|entry| entry.as_ref().map(|entry| (entry.row.blocked_id, key)))
        });
        Arc::new(rows.collect::<BTreeMap<_, _>>())
    });
    provide_context(Blocked(blocked.into()));
    let Here(here) = expect_context();
    let seen = Memo::new(move |_| {
        let blocked = blocked.get();
        let people = here.get();
        if blocked.is_empty() {
            return people;
        }
        let others = people.iter().filter(|user| !blocked.contains_key(user));
        Arc::new(others.copied().collect::<BTreeSet<_>>())
    });
    provide_context(Here(seen.into()));
    let Writing(writing) = expect_context();
    let heard = Memo::new(move |_| {
        let writing = writing.get();
        let others = writing
            .iter()
            .filter(|user| !blocked.with(|blocked| blocked.contains_key(user)));
        others.copied().collect::<Arc<[Uuid]>>()
    });
    provide_context(Writing(heard.into()));

    // Whoever blocks somebody is not shown to anybody; the server looks when one joins.
    let Loaded(loaded) = expect_context();
    let AsOf(as_of) = expect_context();
    let Queue(queue) = expect_context();
    let is_settled = move || {
        queue.with(|queue| {
            let mut blocks = queue.iter().filter(|write| write.table == Block::NAME);
            blocks.all(|write| !matches!(write.state, QueuedState::Sending | QueuedState::Waiting))
        })
    };
    let hides = Memo::new(move |_| {
        let keys = blocks.list(&()).keys();
        let confirmed = |key: Id| {
            let row = blocks.row(key);
            row.with(|entry| {
                let standing = entry.as_ref().map(|entry| &entry.standing);
                standing == Some(&Standing::Confirmed)
            })
        };
        // Whoever joined before the server has heard of it would be taken for what they were.
        let known = loaded.get() && as_of.get().is_none() && is_settled();
        known.then(|| keys.into_iter().any(confirmed))
    });
    Effect::new(move |before: Option<Option<bool>>| {
        let (before, hides) = (before.flatten(), hides.get());
        if hides.is_some() && before.is_some() && before != hides {
            writer.rejoin();
        }
        hides.or(before)
    });
}

/// `Block`, which asks first, or `Unblock`.
#[component]
pub fn BlockButton(user: Uuid) -> impl IntoView {
    let Me(me) = expect_context();
    let blocked: Blocked = expect_context();
    let writer = Writer::here();
    let block = Callback::new(move |()| {
        writer.insert::<Block>(BlockDraft {
            id: writer.new_id(),
            blocker_id: me,
            blocked_id: user,
        });
    });
    let unblock = move |event: leptos::ev::MouseEvent| {
        focus::hold(&event);
        if let Some(key) = blocked
            .0
            .with_untracked(|blocked| blocked.get(&user).copied())
        {
            writer.delete::<Block>(key);
        }
    };
    view! {
        <Show
            when=move || blocked.has(user)
            fallback=move || {
                view! {
                    <Delete
                        question="Block? You cannot write to each other then, and nobody sees when you are here."
                        verb="Block"
                        on_sure=block
                    />
                }
            }
        >
            <button type="button" class="button" on:click=unblock>"Unblock"</button>
        </Show>
    }
}
