//! Both sides of a conflict, and when they are shown.

use leptos::{prelude::*, task::tick};
use sync::{QueuedState, WriteId};
use tavern::parts::{conflict::ConflictDialog, queue::Settling, rescue::Rescued};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement};

use crate::{
    queue::{clash, event, no, provide, queue, write},
    stage::{Stage, until},
};

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
    let denied = no("42501", "");
    queue.set([write(1, "events", event(1), "{}", denied)].into());
    tick().await;
    let denied = stage.the("[role=alert]").text_content().unwrap();
    assert!(denied.contains("You are not allowed"), "{denied}");
    queue.set([].into());
    until(|| stage.count("dialog") == 0).await;
}

#[wasm_bindgen_test]
async fn a_conflict_that_dissolves_gives_back_what_was_typed() {
    let update = |state| write(1, "events", event(1), r#"{"capacity":7}"#, state);
    let queue = queue(vec![update(QueuedState::Waiting)]);
    let shown = queue.clone();
    let rescued = RwSignal::new(Vec::new());
    let stage = Stage::show(move || {
        provide(&shown, 0);
        provide_context(Rescued(rescued));
        view! { <ConflictDialog/> }
    })
    .await;
    queue.set([update(clash("6", 1))].into());
    until(|| stage.count("dialog") == 1).await;
    stage
        .the("fieldset > label input")
        .unchecked_into::<HtmlElement>()
        .click();
    tick().await;
    let field: HtmlInputElement = stage.the(".field__control").unchecked_into();
    field.set_value("many");
    let typed = web_sys::Event::new("input").unwrap();
    field.dispatch_event(&typed).unwrap();
    queue.set([update(QueuedState::Waiting)].into());
    until(|| stage.count("dialog") == 0).await;
    let texts: Vec<_> =
        rescued.with_untracked(|all| all.iter().map(|one| one.text.clone()).collect());
    assert_eq!(texts, vec!["many".to_owned()]);

    // What was decided on the column is still at hand when it is a conflict again.
    queue.set([update(clash("8", 3))].into());
    until(|| stage.count("dialog") == 1).await;
    let field: HtmlInputElement = stage.the(".field__control").unchecked_into();
    assert_eq!(field.value(), "many");
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
