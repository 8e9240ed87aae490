//! What a socket says is handed on in order: at once when there is time, together when much comes.

use std::{cell::RefCell, rc::Rc, time::Duration};

use tavern::driver::{clock::Timer, inbox::Inbox};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

async fn until(done: impl Fn() -> bool) {
    while !done() {
        let mut timer = None;
        let rest = js_sys::Promise::new(&mut |resolve, _| {
            timer = Some(Timer::new(Duration::from_millis(1), move || {
                resolve.call0(&wasm_bindgen::JsValue::NULL).unwrap();
            }));
        });
        JsFuture::from(rest).await.unwrap();
        drop(timer);
    }
}

#[wasm_bindgen_test]
async fn all_arrives_in_order_the_first_at_once_and_many_together() {
    let heard = Rc::new(RefCell::new(Vec::<Vec<u32>>::new()));
    let to = Rc::clone(&heard);
    let inbox = Inbox::new(move |items: &mut dyn Iterator<Item = u32>| {
        to.borrow_mut().push(items.collect());
    });
    inbox.push(0);
    assert_eq!(*heard.borrow(), [[0]], "nobody waits when there is time");
    for item in 1..500 {
        inbox.push(item);
    }
    until(|| heard.borrow().iter().map(Vec::len).sum::<usize>() == 500).await;
    let heard = heard.borrow();
    assert!(heard.concat().is_sorted());
    assert!(
        heard.len() < 50,
        "handed on together: {} times",
        heard.len()
    );
}
