//! What can wait is done in a quiet moment: in order, not before, and not at all where it was given up.

use std::{cell::RefCell, rc::Rc};

use tavern::driver::lull::Lull;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::until;

fn note(done: &Rc<RefCell<Vec<u32>>>, number: u32) -> Lull {
    let done = Rc::clone(done);
    Lull::new(move || done.borrow_mut().push(number))
}

#[wasm_bindgen_test]
async fn it_is_done_in_order_when_it_is_quiet_and_what_was_given_up_is_not() {
    let done = Rc::<RefCell<Vec<u32>>>::default();
    let mut all: Vec<_> = (0..100).map(|number| note(&done, number)).collect();
    drop(all.remove(50));
    assert!(done.borrow().is_empty(), "not at once");
    until(|| done.borrow().len() == 99).await;
    let expected: Vec<_> = (0..100).filter(|number| *number != 50).collect();
    assert_eq!(*done.borrow(), expected);
}

#[wasm_bindgen_test]
async fn where_it_is_never_quiet_it_is_done_nevertheless() {
    let done = Rc::<RefCell<Vec<u32>>>::default();
    let first = note(&done, 0);
    let more = RefCell::new(Vec::new());
    // Each look is a frame later, and asks for something else.
    until(|| {
        more.borrow_mut().push(note(&done, 1));
        done.borrow().first() == Some(&0)
    })
    .await;
    assert!(more.borrow().len() > 10, "it waited for a while");
    drop(first);
}

#[wasm_bindgen_test]
async fn what_is_asked_for_meanwhile_is_done_as_well() {
    let done = Rc::<RefCell<Vec<u32>>>::default();
    let inner = Rc::new(RefCell::new(None));
    let outer = {
        let (done, inner) = (Rc::clone(&done), Rc::clone(&inner));
        Lull::new(move || *inner.borrow_mut() = Some(note(&done, 7)))
    };
    until(|| *done.borrow() == [7]).await;
    drop((outer, inner));
}
