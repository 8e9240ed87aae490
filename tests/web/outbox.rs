//! Unsent writes outlive the tab that made them, and go to one other tab of the same person.

use std::{cell::RefCell, rc::Rc};

use js_sys::Function;
use sync::{Kept, WriteId};
use tavern::driver::{clock, outbox::Outbox};
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};
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

#[wasm_bindgen_test]
async fn a_note_about_a_stored_write_keeps_nobody_from_leaving() {
    let ada = clock::random_uuid();
    let (first, _) = tab(ada);
    first.keep(kept(1, "said"));
    first.note(kept(1, "said, and sent once"));
    assert_eq!(first.unsaved(), 1, "the words are not on the disk yet");
    first.commit();
    until(|| first.unsaved() == 0).await;
    first.note(kept(1, "said, and sent twice"));
    first.commit();
    assert_eq!(first.unsaved(), 0, "what is stored has the words");
    first.keep(kept(1, "said otherwise"));
    assert_eq!(first.unsaved(), 1);
    first.commit();
    until(|| first.unsaved() == 0).await;
    drop(first);
    let (_next, taken) = tab(ada);
    until(|| !taken.borrow().is_empty()).await;
    assert_eq!(*taken.borrow(), [kept(1, "said otherwise")]);
}

#[wasm_bindgen_test]
async fn a_browser_that_refuses_is_said_and_tried_again() {
    let ada = clock::random_uuid();
    let closed = Hurdle::set(
        "const own = Object.getOwnPropertyDescriptor(window, 'indexedDB');
        Object.defineProperty(window, 'indexedDB', { value: undefined, configurable: true });
        return () => own ? Object.defineProperty(window, 'indexedDB', own) : delete window.indexedDB;",
    );
    let (first, _) = tab(ada);
    first.keep(kept(1, "said"));
    first.commit();
    until(|| first.is_refused()).await;
    assert_eq!(first.unsaved(), 1, "it would be lost");
    drop(closed);
    first.look();
    until(|| first.unsaved() == 0 && !first.is_refused()).await;
    drop(first);
    let (_next, taken) = tab(ada);
    until(|| !taken.borrow().is_empty()).await;
    assert_eq!(*taken.borrow(), [kept(1, "said")]);
}

#[wasm_bindgen_test]
async fn a_full_disk_is_said_and_tried_again() {
    let ada = clock::random_uuid();
    let (first, _) = tab(ada);
    first.keep(kept(1, "said"));
    first.commit();
    until(|| first.unsaved() == 0).await;
    let full = Hurdle::set(
        "const { put } = IDBObjectStore.prototype;
        IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };
        return () => { IDBObjectStore.prototype.put = put; };",
    );
    first.keep(kept(2, "said later"));
    first.commit();
    until(|| first.is_refused()).await;
    assert_eq!(
        first.unsaved(),
        1,
        "the first is on the disk, the second is not"
    );
    drop(full);
    first.look();
    until(|| first.unsaved() == 0 && !first.is_refused()).await;
    drop(first);
    let (_next, taken) = tab(ada);
    until(|| !taken.borrow().is_empty()).await;
    assert_eq!(*taken.borrow(), [kept(1, "said"), kept(2, "said later")]);
}

/// Something that the browser does not do until this is dropped.
struct Hurdle(Function);

impl Hurdle {
    /// `script` puts it up and returns a function that takes it away.
    fn set(script: &str) -> Self {
        let set = Function::new_no_args(script);
        Self(set.call0(&JsValue::NULL).unwrap().unchecked_into())
    }
}

impl Drop for Hurdle {
    fn drop(&mut self) {
        self.0.call0(&JsValue::NULL).unwrap();
    }
}
