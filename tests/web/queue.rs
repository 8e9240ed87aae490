//! The queue at the place, in the panel, and both sides of a conflict.

use std::sync::Arc;

use leptos::{prelude::*, task::tick};
use model::{Event, Id, Rsvp};
use serde_json::json;
use sync::{
    Conflict, ConflictColumn, Queued, QueuedState, Rejection, Rev, Status, Table, Verb, WriteId,
};
use tavern::{
    live::{
        LiveTable,
        connection::{Connection, Kept, Queue},
    },
    parts::{
        conflict::ConflictDialog,
        queue::{Settling, name_of_row, panel::QueuePanel, refused::Refused},
    },
};
use uuid::Uuid;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement};
use wire::Timestamp;

use crate::stage::{Stage, until};

type Shown = ArcRwSignal<Arc<[Queued]>>;

/// What the page knows of the queue.
fn provide(queue: &Shown, newer: usize) {
    provide_context(Queue(queue.clone().into()));
    provide_context(Settling(RwSignal::new(None)));
    provide_context(LiveTable::<Event>::new());
    provide_context(Connection(Signal::stored(Status::Live)));
    provide_context(Kept {
        unsaved: Signal::stored(0),
        refused: Signal::stored(false),
        newer: Signal::stored(newer),
    });
}

fn queue(writes: Vec<Queued>) -> Shown {
    ArcRwSignal::new(writes.into())
}

fn event(number: u128) -> String {
    name_of_row::<Event>(Id::from(Uuid::from_u128(number)))
}

fn write(
    number: u64,
    table: &'static str,
    key: String,
    columns: &str,
    state: QueuedState,
) -> Queued {
    Queued {
        id: WriteId { engine: 1, number },
        table,
        key,
        verb: Verb::Update,
        columns: serde_json::from_str(columns).unwrap(),
        at: Timestamp(i64::MAX),
        state,
    }
}

fn no(code: &str, constraint: &str) -> QueuedState {
    QueuedState::Refused(Rejection {
        code: code.into(),
        constraint: (!constraint.is_empty()).then(|| constraint.into()),
        message: "violates".into(),
    })
}

fn clash(theirs: &str, rev: i64) -> QueuedState {
    QueuedState::Conflict(Conflict {
        rev: Rev(rev),
        columns: vec![ConflictColumn {
            name: "capacity".into(),
            before: json!(5),
            mine: json!(7),
            theirs: serde_json::from_str(theirs).unwrap(),
        }],
    })
}

#[wasm_bindgen_test]
async fn a_refusal_stands_at_its_row_and_nowhere_else() {
    let mut fresh = write(3, "events", event(1), r#"{"title":"new"}"#, no("23514", ""));
    fresh.verb = Verb::Insert;
    let long = no("23514", "events_title_length");
    let queue = queue(vec![
        write(1, "events", event(1), r#"{"title":"<u>so long</u>"}"#, long),
        write(
            2,
            "events",
            event(2),
            r#"{"title":"another"}"#,
            no("42501", ""),
        ),
        fresh,
        write(
            4,
            "events",
            event(1),
            r#"{"title":"waits"}"#,
            QueuedState::Waiting,
        ),
    ]);
    let shown = queue.clone();
    let stage = Stage::show(move || {
        provide(&shown, 0);
        view! { <Refused table=Event::NAME row=event(1)/> }
    })
    .await;
    let text = stage.the("[role=alert]").text_content().unwrap();
    assert!(text.contains("A title has 1 to 120 characters."), "{text}");
    assert!(text.contains("<u>so long</u>"), "as text: {text}");
    stage.button("Retry");
    stage.press("Discard").await;
    assert_eq!(stage.count("[role=alert]"), 1, "one press discards nothing");

    queue.update(|queue| {
        *queue = [write(1, "events", event(1), "{}", no("gone", ""))].into();
    });
    tick().await;
    let text = stage.the("[role=alert]").text_content().unwrap();
    assert!(text.contains("It was deleted meanwhile."), "{text}");
    assert!(!text.contains("Retry"), "there is nothing to retry: {text}");
    queue.set([].into());
    tick().await;
    assert_eq!(stage.count("[role=alert]"), 0);
}

#[wasm_bindgen_test]
async fn the_panel_tells_what_waits_or_that_nothing_does() {
    let queue = queue(Vec::new());
    let shown = queue.clone();
    let stage = Stage::show(move || {
        provide(&shown, 2);
        view! { <QueuePanel since=Signal::stored(Timestamp(0)) on_close=Callback::new(|()| ())/> }
    })
    .await;
    let text = stage.the("dialog").text_content().unwrap();
    assert!(text.contains("Nothing waits"), "{text}");
    assert!(
        text.contains("2 changes wait for a newer version of the app."),
        "{text}"
    );

    let mut answer = write(
        1,
        Rsvp::NAME,
        "{}".into(),
        r#"{"status":"declined"}"#,
        QueuedState::Waiting,
    );
    answer.verb = Verb::Put;
    let mut line = write(
        2,
        "tavern_messages",
        event(9),
        r#"{"body":"Hello"}"#,
        QueuedState::Sending,
    );
    line.verb = Verb::Insert;
    let clash = write(3, "events", event(1), r#"{"capacity":7}"#, clash("6", 1));
    queue.set([answer, line, clash].into());
    tick().await;
    assert_eq!(stage.count("li"), 3);
    let state = |at| {
        let item = stage.the(&["li:nth-child(", at, ")"].concat());
        (
            item.get_attribute("data-state").unwrap(),
            item.text_content().unwrap(),
        )
    };
    let (waiting, text) = state("1");
    assert_eq!(waiting, "waiting");
    assert!(
        text.contains("Your answer to an event: not going"),
        "{text}"
    );
    let (sending, text) = state("2");
    assert_eq!(sending, "sending");
    assert!(
        text.contains("Message in the tavern") && text.contains("Hello"),
        "{text}"
    );
    let (conflict, text) = state("3");
    assert_eq!(conflict, "conflict");
    assert!(
        text.contains("Settle…") && !text.contains("Retry"),
        "{text}"
    );
}

#[wasm_bindgen_test]
async fn a_conflict_opens_by_itself_shows_both_sides_and_follows_the_other() {
    let queue = queue(vec![write(
        1,
        "events",
        event(1),
        "{}",
        QueuedState::Waiting,
    )]);
    let shown = queue.clone();
    let stage = Stage::show(move || {
        provide(&shown, 0);
        view! { <ConflictDialog/> }
    })
    .await;
    assert_eq!(stage.count("dialog"), 0);
    queue.set(
        [write(
            1,
            "events",
            event(1),
            r#"{"capacity":7}"#,
            clash("6", 1),
        )]
        .into(),
    );
    until(|| stage.count("dialog") == 1).await;
    let text = stage.the("fieldset").text_content().unwrap();
    for part in ["Capacity", "Before: 5", "Mine7", "As it is now6"] {
        assert!(text.contains(part), "{part} in {text}");
    }

    // The other has no limit by now; what was decided here stays decided.
    let third: HtmlInputElement = stage.the("fieldset > label input").unchecked_into();
    third.click();
    tick().await;
    let field: HtmlInputElement = stage.the(".field__control").unchecked_into();
    until(|| field.value() == "7").await;
    queue.set(
        [write(
            1,
            "events",
            event(1),
            r#"{"capacity":7}"#,
            clash("null", 2),
        )]
        .into(),
    );
    tick().await;
    let text = stage.the("form").text_content().unwrap();
    assert!(
        text.contains("No limit") && text.contains("once more"),
        "{text}"
    );
    assert!(third.checked());

    queue.set(
        [write(
            1,
            "events",
            event(1),
            r#"{"title":"Mine"}"#,
            no("gone", ""),
        )]
        .into(),
    );
    tick().await;
    let gone = stage.the("[role=alert]").text_content().unwrap();
    assert!(gone.contains("This event was deleted meanwhile."), "{gone}");
    queue.set([].into());
    until(|| stage.count("dialog") == 0).await;
}

#[wasm_bindgen_test]
async fn a_conflict_does_not_open_over_what_one_is_typing() {
    let queue = queue(vec![write(
        1,
        "events",
        event(1),
        "{}",
        QueuedState::Waiting,
    )]);
    let shown = queue.clone();
    let stage = Stage::show(move || {
        provide(&shown, 0);
        let Settling(settling) = expect_context();
        let id = WriteId {
            engine: 1,
            number: 1,
        };
        view! {
            <textarea class="elsewhere" prop:value="half a thought"></textarea>
            <button type="button" on:click=move |_| settling.set(Some(id))>"Settle"</button>
            <ConflictDialog/>
        }
    })
    .await;
    stage
        .the("textarea")
        .unchecked_into::<HtmlElement>()
        .focus()
        .unwrap();
    queue.set(
        [write(
            1,
            "events",
            event(1),
            r#"{"capacity":7}"#,
            clash("6", 1),
        )]
        .into(),
    );
    let frames = std::cell::Cell::new(0);
    until(|| frames.replace(frames.get() + 1) > 5).await;
    assert_eq!(stage.count("dialog"), 0);
    stage.press("Settle").await;
    assert_eq!(stage.count("dialog"), 1);
}
