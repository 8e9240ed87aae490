//! A refused change says what, why, and gives back what was written, as long as it is in the queue.

use std::sync::Arc;

use leptos::prelude::*;
use sync::{Queued, QueuedState, Rejection, Verb, WriteId};
use tavern::{live::connection::Queue, parts::notice::NoticeList};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlTextAreaElement;

use crate::stage::Stage;

fn refused(number: u64, table: &'static str, constraint: &str, columns: &str) -> Queued {
    Queued {
        id: WriteId { engine: 1, number },
        table,
        key: "{}".into(),
        verb: Verb::Update,
        columns: serde_json::from_str(columns).unwrap(),
        at: wire::Timestamp(0),
        state: QueuedState::Refused(Rejection {
            code: "23514".into(),
            constraint: Some(constraint.into()),
            message: "violates".into(),
        }),
    }
}

#[wasm_bindgen_test]
async fn notices_stay_as_long_as_the_writes_are_in_the_queue() {
    let queue: RwSignal<Arc<[Queued]>> = RwSignal::new(Arc::from([
        refused(1, "rsvps", "rsvps_seats", "{}"),
        refused(
            2,
            "events",
            "events_title_length",
            r#"{"title":"<u>so long</u>"}"#,
        ),
    ]));
    let stage = Stage::show(move || {
        provide_context(Queue(queue.into()));
        view! { <NoticeList/> }
    })
    .await;
    assert_eq!(stage.count("[role=alert]"), 2);
    let lost: HtmlTextAreaElement = stage.the("textarea").unchecked_into();
    assert_eq!(lost.value(), "<u>so long</u>");
    queue.update(|queue| *queue = queue[1..].into());
    leptos::task::tick().await;
    assert_eq!(stage.count("[role=alert]"), 1);
    assert!(
        !stage
            .the("[role=alert]")
            .text_content()
            .unwrap()
            .contains("full")
    );
}
