//! Names that look alike, whichever way they are written: the browser brings them to one.

use leptos::prelude::*;
use model::{Id, User};
use sync::Changes;
use tavern::{
    live::LiveTable,
    parts::name::{Name, Namesakes, called},
};
use uuid::Uuid;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{Stage, stand, user};

const PEOPLE: [Uuid; 2] = [Uuid::from_u128(3), Uuid::from_u128(4)];

/// Both names as they stand on the page, and both as they are called in one line.
async fn show(names: [&'static str; 2]) -> (Stage, [String; 2]) {
    let heard = RwSignal::new([const { String::new() }; 2]);
    let stage = Stage::show(move || {
        let users = LiveTable::<User>::here();
        let rows = [0, 1].map(|at| (Id::from(PEOPLE[at]), Some(user(PEOPLE[at], names[at]))));
        users.apply(Changes {
            rows: rows.into(),
            lists: vec![((), PEOPLE.map(|id| stand(Id::from(id))).into())],
            ..Changes::default()
        });
        Namesakes::provide();
        heard.set(PEOPLE.map(|id| called(id).get_untracked()));
        PEOPLE.map(|user| view! { <p><Name user/></p> }).into_view()
    })
    .await;
    let heard = heard.get_untracked();
    (stage, heard)
}

#[wasm_bindgen_test]
async fn a_name_that_is_written_in_another_way_looks_the_same() {
    for names in [
        ["Zo\u{eb}", "Zoe\u{308}"],
        ["Tim", "\u{ff34}\u{ff49}\u{ff4d}"],
        ["Fin", "\u{fb01}n"],
        ["Lea", "\u{1d40b}\u{1d41e}\u{1d41a}"],
    ] {
        let (stage, heard) = show(names).await;
        assert_eq!(stage.count(".name__username"), 2, "{names:?}");
        for (heard, name) in heard.iter().zip(names) {
            assert_eq!(*heard, format!("{name} @{}", name.to_lowercase()));
        }
    }
}

#[wasm_bindgen_test]
async fn a_name_with_another_accent_is_that_of_somebody_else() {
    let names = ["Zoe\u{308}", "Zoe\u{301}"];
    let (stage, heard) = show(names).await;
    assert_eq!(stage.count(".name__username"), 0);
    assert_eq!(heard, names);
}
