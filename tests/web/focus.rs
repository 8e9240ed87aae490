//! The focus is never lost with the thing that it was on.

use leptos::{prelude::*, task::tick};
use sync::Standing;
use tavern::parts::message::{Message, Own, Spoken};
use uuid::Uuid;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use wire::Timestamp;

use crate::stage::{ME, Stage, until};

#[wasm_bindgen_test]
async fn the_focus_stays_among_the_lines_when_one_is_deleted() {
    let lines = RwSignal::new(vec![1_u128, 2, 3]);
    let stage = Stage::show(move || {
        let line = move |number: u128| {
            let take_back = move |()| lines.update(|lines| lines.retain(|other| *other != number));
            let own = Own {
                edit: None,
                delete: Callback::new(take_back),
                retry: Callback::new(|()| ()),
                discard: Callback::new(|()| ()),
            };
            let said = Spoken {
                by: ME,
                at: Timestamp(0),
            };
            view! {
                <Message
                    id=Uuid::from_u128(number)
                    spoken=Signal::stored(said)
                    before=Signal::stored(None)
                    body="hello".to_owned()
                    mark=Signal::stored("")
                    standing=Signal::stored(Standing::Confirmed)
                    own=(number != 1).then_some(own)
                    table="tavern_messages"
                />
            }
        };
        view! { <ol><For each=move || lines.get() key=|number| *number children=line/></ol> }
    })
    .await;
    until(|| stage.count("button") == 2).await;
    let focused = || document().active_element().unwrap().id();
    let take_back = async |number: u128| {
        let line = format!("[id='{}'] ", Uuid::from_u128(number));
        for button in ["button", "[data-kind=danger]"] {
            let button = stage.the(&[line.as_str(), button].concat());
            button.unchecked_into::<web_sys::HtmlElement>().click();
            tick().await;
        }
    };
    take_back(2).await;
    assert_eq!(focused(), Uuid::from_u128(3).to_string(), "the next line");
    take_back(3).await;
    assert_eq!(focused(), Uuid::from_u128(1).to_string(), "the line before");
}
