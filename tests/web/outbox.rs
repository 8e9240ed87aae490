//! Unsent writes outlive the tab that made them, and go to one other tab of the same person.

use std::{cell::RefCell, rc::Rc};

use sync::{Kept, WriteId};
use tavern::driver::{clock, outbox::Outbox};
use uuid::Uuid;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::until;

type Taken = Rc<RefCell<Vec<Kept>>>;

/// A tab of `user`, and what it has taken over.
fn tab(user: Uuid) -> (Rc<Outbox>, Taken) {
    let taken = Taken::default();
    let to = Rc::clone(&taken);
    let outbox = Outbox::open(user, move |kept| to.borrow_mut().extend(kept), || ());
    (outbox, taken)
}

fn kept(number: u64, text: &str) -> Kept {
    Kept {
        id: WriteId { engine: 7, number },
        text: text.into(),
    }
}

#[wasm_bindgen_test]
async fn what_a_tab_leaves_goes_to_the_next_one_of_the_same_person_only() {
    let (ada, bea) = (clock::random_uuid(), clock::random_uuid());
    let (first, _) = tab(ada);
    for write in [kept(1, "one"), kept(2, "two"), kept(10, "ten")] {
        first.keep(write);
    }
    first.keep(kept(2, "two, mended"));
    first.commit();
    assert_eq!(first.unsaved(), 3, "not on the disk yet");
    until(|| first.unsaved() == 0).await;
    first.forget(kept(1, "").id);
    first.commit();

    // While the first lives, nobody gets what is its.
    let (second, to_second) = tab(ada);
    let (third, to_third) = tab(ada);
    let (other, to_other) = tab(bea);
    second.keep(kept(20, "of the second"));
    second.commit();
    until(|| second.unsaved() == 0).await;
    for outbox in [&second, &third, &other] {
        outbox.look();
    }
    assert!(to_second.borrow().is_empty() && to_third.borrow().is_empty());

    drop(first);
    until(|| !(to_second.borrow().is_empty() && to_third.borrow().is_empty())).await;
    let mine = [kept(2, "two, mended"), kept(10, "ten")];
    let all: Vec<_> = [&to_second, &to_third]
        .iter()
        .flat_map(|taken| taken.borrow().clone())
        .collect();
    assert_eq!(all, mine, "by one of them, in order");

    // Then by whoever is left, with what that one had made itself.
    drop(second);
    drop(third);
    let (last, to_last) = tab(ada);
    until(|| to_last.borrow().len() == 3).await;
    assert!(to_last.borrow().contains(&kept(20, "of the second")));
    assert!(to_other.borrow().is_empty(), "another person's");
    drop((last, other));
}

#[wasm_bindgen_test]
async fn what_was_forgotten_is_not_found_again() {
    let ada = clock::random_uuid();
    let (first, _) = tab(ada);
    first.keep(kept(1, "sent"));
    first.keep(kept(2, "unsent"));
    first.commit();
    first.forget(kept(1, "").id);
    first.commit();
    until(|| first.unsaved() == 0).await;
    drop(first);
    let (_next, taken) = tab(ada);
    until(|| !taken.borrow().is_empty()).await;
    assert_eq!(*taken.borrow(), [kept(2, "unsent")]);
}
