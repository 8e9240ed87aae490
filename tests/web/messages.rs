//! Lines of a conversation: text, runs, standing, and what one can do with one's own.

use std::sync::{Arc, Mutex};

use leptos::{prelude::*, task::tick};
use model::Id;
use sync::{History, Rejection, Standing};
use tavern::{
    live::list::List,
    parts::{
        log::Log,
        message::{Message, Own, Spoken},
    },
};
use uuid::Uuid;
use wasm_bindgen_test::wasm_bindgen_test;
use wire::Timestamp;

use crate::stage::{ME, Stage, TOM, until};

const MINUTE: i64 = 60_000_000;

fn said(by: Uuid, minute: i64) -> Spoken {
    Spoken {
        by,
        at: Timestamp(1_800_000_000_000_000 + minute * MINUTE),
    }
}

#[wasm_bindgen_test]
async fn typed_markup_is_shown_as_text() {
    let stage = Stage::show(|| {
        view! {
            <Message
                id=Uuid::from_u128(9)
                spoken=Signal::stored(said(TOM, 0))
                before=Signal::stored(None)
                body="<b>bold</b> &amp; <script>alert(1)</script>".to_owned()
                mark=Signal::stored("")
                standing=Signal::stored(Standing::Confirmed)
                own=None
                table="tavern_messages"
            />
        }
    })
    .await;
    assert_eq!(stage.count("b, script, i"), 0);
    let body = stage.the(".message__body").text_content().unwrap();
    assert_eq!(body, "<b>bold</b> &amp; <script>alert(1)</script>");
    assert_eq!(
        stage.the("bdi.name").text_content().unwrap(),
        "Tom <i>Okafor</i>"
    );
    assert_eq!(stage.count("button"), 0, "the line of another");
}

#[wasm_bindgen_test]
async fn a_line_is_the_same_element_from_pending_to_refused_to_confirmed() {
    let standing = ArcRwSignal::new(Standing::Pending);
    let done = Arc::new(Mutex::new(Vec::<&str>::new()));
    let (shown, to) = (standing.clone(), done.clone());
    let stage = Stage::show(move || {
        let note = move |word| {
            let to = to.clone();
            Callback::new(move |()| to.lock().unwrap().push(word))
        };
        let own = Own {
            edit: None,
            delete: note("delete"),
            retry: note("retry"),
            discard: note("discard"),
        };
        view! {
            <Message
                id=Uuid::from_u128(9)
                spoken=Signal::stored(said(ME, 0))
                before=Signal::stored(None)
                body="hello".to_owned()
                mark=Signal::stored("")
                standing=Signal::from(shown)
                own=Some(own)
                table="tavern_messages"
            />
        }
    })
    .await;
    let line = stage.the("li");
    assert_eq!(line.id(), Uuid::from_u128(9).to_string());
    assert_eq!(line.get_attribute("data-standing").unwrap(), "pending");

    let refusal = Rejection {
        code: "42501".into(),
        constraint: None,
        message: String::new(),
    };
    standing.set(Standing::Failed(refusal));
    tick().await;
    assert_eq!(line.get_attribute("data-standing").unwrap(), "failed");
    assert!(
        stage
            .the("[role=alert]")
            .text_content()
            .unwrap()
            .contains("not allowed")
    );
    stage.press("Retry").await;
    stage.button("Copy text");
    stage.press("Discard").await;
    assert_eq!(*done.lock().unwrap(), ["retry"], "one press drops nothing");
    stage.press("Discard").await;
    assert_eq!(*done.lock().unwrap(), ["retry", "discard"]);

    standing.set(Standing::Confirmed);
    tick().await;
    assert!(stage.the("li").is_same_node(Some(&line)));
    assert_eq!(stage.count("[role=alert]"), 0);

    until(|| stage.count(".message__actions button") > 0).await;
    stage.press("Delete").await;
    stage.press("Keep").await;
    stage.press("Delete").await;
    assert_eq!(done.lock().unwrap().len(), 2, "one press deletes nothing");
    stage.press("Delete").await;
    assert_eq!(done.lock().unwrap().last(), Some(&"delete"));
}

#[wasm_bindgen_test]
async fn a_run_of_one_author_says_the_name_once_and_each_day_its_date() {
    let lines = [
        said(TOM, 0),
        said(TOM, 1),
        said(ME, 2),
        said(TOM, 3),
        said(TOM, 30),
        said(TOM, 3 * 1440),
    ];
    let keys = (0..6).map(|at| Id::from(Uuid::from_u128(at)));
    let stage = Stage::show(move || {
        let find = move |key: Id| lines[usize::try_from(key.id.as_u128()).unwrap()];
        let line = Callback::new(move |(key, before): (Id, Signal<Option<Id>>)| {
            view! {
                <Message
                    id=key.id
                    spoken=Signal::stored(find(key))
                    before=Signal::derive(move || before.get().map(find))
                    body=String::new()
                    mark=Signal::stored("")
                    standing=Signal::stored(Standing::Confirmed)
                    own=None
                table="tavern_messages"
                />
            }
            .into_any()
        });
        let just_said = Callback::new(|_| false);
        view! {
            // Lines are drawn where there is room for them.
            <style>".log__room { height: 600px }"</style>
            <Log
                label="Talk"
                list=List::of(keys)
                line
                just_said
                empty=|| "Nothing"
                history=Signal::stored(History::Complete)
                older=Callback::new(|_| ())
            />
        }
    })
    .await;
    assert_eq!(
        stage.the("[role=log]").get_attribute("aria-label").unwrap(),
        "Talk"
    );
    assert_eq!(stage.count("li"), 6);
    assert_eq!(stage.count("li[data-head=true] .name"), 5);
    assert_eq!(stage.count(".message__day"), 2);
}

#[wasm_bindgen_test]
async fn earlier_lines_are_asked_for_and_the_button_says_how_it_stands() {
    let history = RwSignal::new(History::More);
    let asked = RwSignal::new(0);
    let stage = Stage::show(move || {
        let line = Callback::new(|_| view! { <li>"A line"</li> }.into_any());
        let just_said = Callback::new(|_| false);
        let older = Callback::new(move |_| asked.update(|asked| *asked += 1));
        let keys = [Id::from(Uuid::from_u128(1))];
        view! {
            <Log label="Talk" list=List::of(keys) line just_said empty=|| "Nothing" history older/>
        }
    })
    .await;
    stage.press("Show earlier").await;
    assert_eq!(asked.get_untracked(), 1);
    history.set(History::Loading);
    tick().await;
    let button = stage.the(".log__earlier");
    assert_eq!(
        button.get_attribute("aria-disabled").as_deref(),
        Some("true")
    );
    history.set(History::Failed);
    tick().await;
    stage.press("Earlier lines did not arrive. Try again").await;
    assert_eq!(asked.get_untracked(), 2);
    history.set(History::Complete);
    tick().await;
    assert_eq!(stage.count(".log__earlier"), 0);
}

#[wasm_bindgen_test]
async fn a_list_whose_lines_are_all_older_asks_by_itself_and_is_not_called_empty() {
    let asked = RwSignal::new(0);
    let stage = Stage::show(move || {
        let line = Callback::new(|_| view! { <li>"A line"</li> }.into_any());
        let just_said = Callback::new(|_| false);
        let older = Callback::new(move |_| asked.update(|asked| *asked += 1));
        let history = Signal::stored(History::More);
        view! {
            <Log label="Talk" list=List::of([]) line just_said empty=|| "Nothing" history older/>
        }
    })
    .await;
    assert_eq!(asked.get_untracked(), 1);
    assert!(
        !stage
            .the(".log")
            .text_content()
            .unwrap()
            .contains("Nothing")
    );
}
