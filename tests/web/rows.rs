//! Rows of a list: which elements stay, move, come and go.

use std::{
    cell::RefCell,
    sync::{Arc, Mutex},
};

use leptos::{prelude::*, task::tick};
use model::{Id, TavernMessage};
use sync::{Changes, Entry, Rev, Standing, Step};
use tavern::{live::LiveTable, parts::rows::Rows};
use uuid::Uuid;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};
use wire::Timestamp;

use crate::stage::{ME, Stage, stand, until};

type Told = Arc<Mutex<Option<LiveTable<TavernMessage>>>>;

fn key(number: u128) -> Id {
    Id::from(Uuid::from_u128(number))
}

/// A list in a room so many rows high; each row says its number and that of the row before.
async fn show(high: u32) -> (Stage, LiveTable<TavernMessage>) {
    let told = Told::default();
    let to = Arc::clone(&told);
    let stage = Stage::show(move || {
        let table = LiveTable::<TavernMessage>::new();
        *to.lock().unwrap() = Some(table);
        let rows = Rows::new(table.list(&()), |key: Id, before: Signal<Option<Id>>| {
            let number = key.id.as_u128();
            let before = move || before.get().map(|key| key.id.as_u128().to_string());
            view! {
                <li
                    id=["row", &number.to_string()].concat()
                    data-before=before
                    style="display: block; height: 20px"
                ></li>
            }
            .into_any()
        });
        let style = format!(
            "height: {}px; overflow-y: auto; display: flex; flex-direction: column-reverse",
            20 * high
        );
        view! {
            <div class="room" style=style on:scroll=move |_| rows.look()>
                <ol class="rows" node_ref=rows.node() style="margin: 0; padding: 0; flex: none"></ol>
            </div>
        }
    })
    .await;
    let table = told.lock().unwrap().unwrap();
    (stage, table)
}

/// A list in a room 100 pixels high, whose rows have one to six words of 40 pixels each, as wide as their room.
async fn show_words() -> (Stage, LiveTable<TavernMessage>) {
    let told = Told::default();
    let to = Arc::clone(&told);
    let stage = Stage::show(move || {
        let table = LiveTable::<TavernMessage>::new();
        *to.lock().unwrap() = Some(table);
        let rows = Rows::new(table.list(&()), |key: Id, _| {
            let number = key.id.as_u128();
            let word = || view! { <i style="display: block; width: 40px; height: 20px"></i> };
            let words: Vec<_> = (0..words(number)).map(|_| word()).collect();
            let style = "display: flex; flex-wrap: wrap";
            view! { <li id=["row", &number.to_string()].concat() style=style>{words}</li> }
                .into_any()
        });
        let style = "height: 100px; width: 270px; overflow-y: scroll; overflow-anchor: none; display: flex; \
                     flex-direction: column-reverse";
        view! {
            <div class="room" style=style on:scroll=move |_| rows.look()>
                <ol class="rows" node_ref=rows.node() style="margin: 0; padding: 0; flex: none"></ol>
            </div>
        }
    })
    .await;
    let table = told.lock().unwrap().unwrap();
    (stage, table)
}

/// The row stands where one was reading it; a browser scrolls by parts of a pixel.
fn is_there(stage: &Stage, (row, top): (u128, f64)) {
    let edge = stage.the(".room").get_bounding_client_rect().top();
    let place = stage.the(&format!("#row{row}")).get_bounding_client_rect();
    let now = place.top() - edge;
    assert!((now - top).abs() < 1.0, "{row} at {top}: now at {now}");
}

/// Waits until no more rows come and go.
async fn settled(stage: &Stage) {
    let seen = RefCell::new((String::new(), 0));
    until(|| {
        let (rows, frames) = &mut *seen.borrow_mut();
        let now = read(stage);
        *frames = if *rows == now { *frames + 1 } else { 0 };
        *rows = now;
        *frames == 3
    })
    .await;
}

fn words(number: u128) -> u128 {
    1 + number % 6
}

/// The first row that begins on the screen, and how far below its edge; it may not be drawn yet.
fn reading(stage: &Stage) -> Option<(u128, f64)> {
    let edge = stage.the(".room").get_bounding_client_rect().top();
    let rows = stage.the(".rows").children();
    let rows = (0..rows.length()).filter_map(|at| rows.item(at));
    let tops = rows.map(|row| (row.id(), row.get_bounding_client_rect().top() - edge));
    let mut tops = tops.filter(|(id, top)| id.starts_with("row") && *top >= 0.0);
    let (id, top) = tops.next()?;
    Some((id[3..].parse().unwrap(), top))
}

fn tell(table: LiveTable<TavernMessage>, steps: Vec<Step<Id>>) {
    table.apply(Changes {
        lists: vec![((), steps)],
        ..Changes::default()
    });
}

/// `2<1` for row 2 that knows row 1 before it, from the first to the last.
fn read(stage: &Stage) -> String {
    let list = stage.the(".rows").children();
    let read = |row: Element| {
        let before = row.get_attribute("data-before").unwrap_or_default();
        [&row.id()[3..], "<", &before].concat()
    };
    let all: Vec<_> = (0..list.length())
        .filter_map(|at| list.item(at))
        .filter(|row| !row.has_attribute("aria-hidden"))
        .map(read)
        .collect();
    all.join(" ")
}

fn before(number: u128, before: u128) -> Step<Id> {
    Step::Stand {
        key: key(number),
        before: Some(key(before)),
    }
}

#[wasm_bindgen_test]
async fn rows_keep_their_elements_while_others_come_move_and_go() {
    let (stage, table) = show(40).await;
    tell(table, (1..=4).map(|number| stand(key(number))).collect());
    tick().await;
    assert_eq!(read(&stage), "1< 2<1 3<2 4<3");
    let elements: Vec<_> = (1..=4)
        .map(|n: u8| stage.the(&format!("#row{n}")))
        .collect();

    tell(table, vec![Step::Leave(key(3)), before(5, 2), before(4, 1)]);
    tick().await;
    assert_eq!(read(&stage), "4< 1<4 5<1 2<5");
    for number in [1, 2, 4] {
        let element = &elements[number - 1];
        assert!(
            stage
                .the(&format!("#row{number}"))
                .is_same_node(Some(element))
        );
    }

    // A list that was told too much at once to follow it step by step.
    let all = (6..1_000).map(|number| stand(key(number)));
    let back = (6..1_000).map(|number| Step::Leave(key(number)));
    tell(table, all.chain(back).chain([stand(key(4))]).collect());
    tick().await;
    assert_eq!(read(&stage), "1< 5<1 2<5 4<2");
    assert!(stage.the("#row4").is_same_node(Some(&elements[3])));
}

#[wasm_bindgen_test]
async fn only_what_is_near_the_screen_is_drawn_and_what_is_asked_for() {
    let (stage, table) = show(5).await;
    tell(table, (1..=200).map(|number| stand(key(number))).collect());
    tick().await;
    let room = stage.the(".room");
    let drawn = || read(&stage).split(' ').count();
    assert!(
        read(&stage).ends_with(" 199<198 200<199"),
        "{}",
        read(&stage)
    );
    assert!(drawn() < 20, "{} rows", drawn());

    tell(
        table,
        vec![Step::Leave(key(2)), before(201, 1), stand(key(202))],
    );
    tick().await;
    assert!(
        read(&stage).ends_with(" 200<199 202<200"),
        "{}",
        read(&stage)
    );
    assert!(
        room.scroll_height() > 200 * 20,
        "what is not drawn has its room"
    );

    room.set_scroll_top(-room.scroll_height());
    until(|| stage.count("#row201") == 1).await;
    assert!(
        read(&stage).starts_with("201< 1<201 3<1 4<3"),
        "{}",
        read(&stage)
    );
    assert!(drawn() < 20, "{} rows", drawn());
}

#[wasm_bindgen_test]
async fn a_room_that_gets_narrower_keeps_what_one_reads_and_knows_how_high_it_is() {
    let (stage, table) = show_words().await;
    tell(table, (1..=300).map(|number| stand(key(number))).collect());
    tick().await;
    let room = stage.the(".room").unchecked_into::<HtmlElement>();
    // All of it is drawn once, from the end to the beginning.
    while stage.count("#row1") == 0 {
        let before = read(&stage);
        room.set_scroll_top(room.scroll_top() - 100);
        until(|| read(&stage) != before).await;
    }
    assert_eq!(room.scroll_height(), 300 * 20);
    room.set_scroll_top(-3_000);
    settled(&stage).await;
    let before = reading(&stage).unwrap();

    // Two words stand beside each other now, and what is higher than one line has two or three.
    room.style().set_property("width", "110px").unwrap();
    let all: u128 = (1..=300).map(|number| 20 * words(number).div_ceil(2)).sum();
    let near = |height: f64, whole: f64| (height - whole).abs() < whole / 10.0;
    until(|| near(room.scroll_height().into(), all as f64)).await;
    is_there(&stage, before);

    // A third of the way is where a third of the rows are.
    room.set_scroll_top(-room.scroll_height() / 3);
    until(|| reading(&stage).is_some_and(|(row, _)| near(row as f64, 200.0))).await;
    settled(&stage).await;
    let (beside, far) = (reading(&stage).unwrap(), room.scroll_top());
    room.style().set_property("width", "270px").unwrap();
    until(|| near(room.scroll_height().into(), 6_000.0)).await;
    is_there(&stage, beside);
    assert!(room.scroll_top() > far, "nearer to the end");
}

#[wasm_bindgen_test]
async fn in_a_rush_rows_are_drawn_now_and_then_and_all_is_right_when_it_ends() {
    let (stage, table) = show(5).await;
    let mut drawn = Vec::new();
    for number in 0..30 {
        let new = 20 * number + 1..=20 * number + 20;
        tell(table, new.map(|number| stand(key(number))).collect());
        tick().await;
        let last = stage.the(".rows").last_element_child();
        drawn.push(last.map(|row| row.id()).unwrap_or_default());
    }
    drawn.dedup();
    assert!(drawn.len() < 10, "drawn with each of 30 changes: {drawn:?}");
    until(|| read(&stage).ends_with("599<598 600<599")).await;
    assert_eq!(stage.the(".room").scroll_top(), 0);

    // One alone is drawn at once again.
    until(|| read(&stage).split(' ').count() > 10).await;
    tell(table, vec![stand(key(601))]);
    until(|| read(&stage).ends_with("600<599 601<600")).await;
}

#[wasm_bindgen_test]
async fn counts_follow_rows_that_come_change_and_go() {
    let (_stage, table) = show(1).await;
    let edited = table.tally(|message| message.edited_at.map(|_| "edited".to_owned()));
    let here = edited.of("edited");
    let tell = |number, edited: Option<bool>| {
        let entry = edited.map(|edited| Entry {
            row: Arc::new(TavernMessage {
                reply_to: None,
                id: Uuid::from_u128(number),
                author_id: ME,
                body: String::new(),
                edited_at: edited.then_some(Timestamp(1)),
                created_at: Timestamp(0),
                rev: Rev(1),
            }),
            standing: Standing::Confirmed,
        });
        table.apply(Changes {
            rows: vec![(key(number), entry)],
            ..Changes::default()
        });
        here.get_untracked()
    };
    assert_eq!(tell(1, Some(true)), 1);
    assert_eq!(tell(2, Some(false)), 1);
    assert_eq!(tell(2, Some(true)), 2);
    assert_eq!(tell(1, None), 1);
    assert_eq!(tell(2, Some(false)), 0);
}
