//! What is written is sent once, when it is meant, and is never lost.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use tavern::parts::composer::Composer;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlTextAreaElement;

use crate::stage::{Stage, fill, key};

type Sent = Arc<Mutex<Vec<String>>>;

async fn composer(draft: &str) -> (Stage, HtmlTextAreaElement, Sent) {
    let sent = Sent::default();
    let (draft, to) = (draft.to_owned(), sent.clone());
    let stage = Stage::show(move || {
        let on_send = Callback::new(move |text| to.lock().unwrap().push(text));
        view! { <Composer draft hint="Say something" on_send/> }
    })
    .await;
    let field = stage.the("textarea[aria-label=Message]").unchecked_into();
    (stage, field, sent)
}

#[wasm_bindgen_test]
async fn enter_sends_and_empties_the_field() {
    let (_stage, field, sent) = composer("test-enter").await;
    fill(&field, "  two\nlines ").await;
    assert!(!key(&field, |_| ()).await, "no line break on top");
    assert_eq!(*sent.lock().unwrap(), ["two\nlines"]);
    assert_eq!(field.value(), "");
    key(&field, |_| ()).await;
    assert_eq!(sent.lock().unwrap().len(), 1, "nothing is not sent");
}

#[wasm_bindgen_test]
async fn shift_enter_and_the_enter_of_an_input_method_do_not_send() {
    let (_stage, field, sent) = composer("test-shift").await;
    fill(&field, "にほん").await;
    assert!(
        key(&field, |init| init.set_shift_key(true)).await,
        "the browser breaks the line"
    );
    assert!(key(&field, |init| init.set_is_composing(true)).await);
    assert!(key(&field, |init| init.set_key_code(229)).await);
    assert_eq!(*sent.lock().unwrap(), [""; 0]);
    assert_eq!(field.value(), "にほん");
    fill(&field, "").await;
}

#[wasm_bindgen_test]
async fn text_is_still_there_when_one_comes_back() {
    let (stage, field, _) = composer("test-draft").await;
    fill(&field, "half a thought").await;
    drop(stage);
    let (_stage, field, _) = composer("test-draft").await;
    assert_eq!(field.value(), "half a thought");
    key(&field, |_| ()).await;
    let (_stage, field, _) = composer("test-draft").await;
    assert_eq!(field.value(), "", "what was sent is no draft");
}

#[wasm_bindgen_test]
async fn too_much_is_kept_and_said_instead_of_cut_off() {
    let (stage, field, sent) = composer("test-long").await;
    fill(&field, &"x".repeat(4002)).await;
    key(&field, |_| ()).await;
    assert_eq!(sent.lock().unwrap().len(), 0);
    assert_eq!(field.value().len(), 4002);
    assert_eq!(
        stage.the(".composer__left").text_content().unwrap(),
        "2 characters too many"
    );
    fill(&field, "").await;
}
