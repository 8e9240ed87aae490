//! A refused change says what, why, and gives back what was written.

use leptos::prelude::*;
use sync::{Notice, Rejection};
use tavern::{live::connection::Notices, parts::notice::NoticeList};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlTextAreaElement;

use crate::stage::Stage;

fn notice(id: u64, table: &'static str, constraint: &str, lost: Option<&str>) -> Notice {
    Notice {
        id,
        table,
        key: "{}".into(),
        rejection: Rejection {
            code: "23514".into(),
            constraint: Some(constraint.into()),
            message: "violates".into(),
        },
        lost: lost.map(Into::into),
    }
}

#[wasm_bindgen_test]
async fn notices_stay_until_they_are_dismissed() {
    let stage = Stage::show(|| {
        let full = notice(1, "rsvps", "rsvps_seats", None);
        let long = notice(
            2,
            "events",
            "events_title_length",
            Some(r#"{"title":"<u>so long</u>"}"#),
        );
        provide_context(Notices(RwSignal::new(vec![full, long])));
        view! { <NoticeList/> }
    })
    .await;
    assert_eq!(stage.count("[role=alert]"), 2);
    let lost: HtmlTextAreaElement = stage.the("textarea").unchecked_into();
    assert_eq!(lost.value(), "<u>so long</u>");
    stage
        .the("li:first-child button")
        .unchecked_into::<web_sys::HtmlElement>()
        .click();
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
