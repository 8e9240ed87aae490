//! The queue at the place where something was typed, and in the panel.

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
        connection::{AsOf, Connection, Kept, Queue},
    },
    parts::queue::{Settling, name_of_row, panel::QueuePanel, refused::Refused},
};
use uuid::Uuid;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;
use wire::Timestamp;

use crate::stage::Stage;

/// The queue, as a test changes it.
pub type Shown = ArcRwSignal<Arc<[Queued]>>;

/// What the page knows of the queue.
pub fn provide(queue: &Shown, newer: usize) {
    provide_context(Queue(queue.clone().into()));
    provide_context(Settling(RwSignal::new(None)));
    provide_context(LiveTable::<Event>::new());
    provide_context(AsOf(Signal::stored(None)));
    provide_context(Connection(Signal::stored(Status::Live)));
    provide_context(Kept {
        unsaved: Signal::stored(0),
        refused: Signal::stored(false),
        newer: Signal::stored(newer),
        elsewhere: Signal::stored([].into()),
    });
}

/// A queue of these writes.
pub fn queue(writes: Vec<Queued>) -> Shown {
    ArcRwSignal::new(writes.into())
}

/// The name of an event's row.
pub fn event(number: u128) -> String {
    name_of_row::<Event>(Id::from(Uuid::from_u128(number)))
}

/// An update, made in the life of this page.
pub fn write(
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

/// A refusal.
pub fn no(code: &str, constraint: &str) -> QueuedState {
    QueuedState::Refused(Rejection {
        code: code.into(),
        constraint: (!constraint.is_empty()).then(|| constraint.into()),
        message: "violates".into(),
    })
}

/// A conflict about seats: 5 before, 7 mine.
pub fn clash(theirs: &str, rev: i64) -> QueuedState {
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
        text.contains("cannot read 2 changes; they stay stored. Reload to get a newer one."),
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
    queue.set([answer.clone(), line.clone(), clash.clone()].into());
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

    // The question outlasts a try to send.
    let ask = stage.the("li:nth-child(2) .actions > span > button");
    ask.unchecked_into::<HtmlElement>().click();
    tick().await;
    let question = stage.the("li:nth-child(2) .confirm");
    line.state = QueuedState::Waiting;
    queue.set([answer, line, clash].into());
    tick().await;
    assert_eq!(state("2").0, "waiting");
    let still = stage.the("li:nth-child(2) .confirm");
    assert!(still.is_same_node(Some(&question)));
}
