//! What the page costs in a browser: loading, one change at three sizes, a burst, and memory.
//!
//! Each result is a line `RESULT name number unit` on the console; `cargo xtask bench` collects them.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]

#[path = "client.rs"]
mod client;

use std::{cell::RefCell, rc::Rc};

use js_sys::{Promise, WebAssembly};
use leptos::{mount::mount_to, prelude::*, task::tick};
use model::{Id, TavernMessage};
use tavern::{driver::inbox::Inbox, live::LiveTable, parts::rows::Rows};
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};
use web_sys::HtmlElement;

use client::{Client, answer};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

fn result(name: &str, number: f64, unit: &str) {
    console_log!("RESULT {name} {number} {unit}");
}

fn now() -> f64 {
    window().performance().unwrap().now()
}

/// Lets the browser do what else it has to, and draw.
async fn frame() {
    let promise = Promise::new(&mut |done, _| {
        window().request_animation_frame(&done).unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}

/// A place in the document with the last hundred lines of the table.
struct Page {
    place: HtmlElement,
    table: LiveTable<TavernMessage>,
    _mounted: Box<dyn std::any::Any>,
}

impl Page {
    fn show() -> Self {
        let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&place).unwrap();
        let shown = Rc::new(RefCell::new(None));
        let to = Rc::clone(&shown);
        let mounted = mount_to(place.clone(), move || {
            let table = LiveTable::<TavernMessage>::new();
            *to.borrow_mut() = Some(table);
            let rows = Rows::new(table.list(&()), move |key: Id, _| {
                let row = table.row(key);
                let body =
                    move || row.with(|entry| entry.as_ref().map(|entry| entry.row.body.clone()));
                view! { <li style="display: block; height: 20px">{body}</li> }.into_any()
            });
            // Half of the lines are on the screen, the others above it.
            view! {
                <div style="height: 1000px; overflow-y: auto; display: flex; flex-direction: column-reverse">
                    <ol style="margin: 0; flex: none" node_ref=rows.node()></ol>
                </div>
            }
        });
        let table = shown.borrow_mut().take().unwrap();
        Self {
            place,
            table,
            _mounted: Box::new(mounted),
        }
    }

    /// Brings what changed to the signals.
    fn publish(&self, client: &mut Client) {
        self.table.apply(client.engine.changes::<TavernMessage>());
    }

    fn lines(&self) -> u32 {
        self.place.query_selector_all("li").unwrap().length()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.place.remove();
    }
}

/// Takes the time between frames until it is stopped.
struct Pulse(Rc<RefCell<State>>);

struct State {
    last: f64,
    longest: f64,
    tick: Option<Closure<dyn FnMut()>>,
}

impl Pulse {
    fn start() -> Self {
        let state = State {
            last: now(),
            longest: 0.0,
            tick: None,
        };
        let state = Rc::new(RefCell::new(state));
        let again = Rc::downgrade(&state);
        let tick = Closure::<dyn FnMut()>::new(move || {
            if let Some(state) = again.upgrade() {
                let state = &mut *state.borrow_mut();
                let now = now();
                state.longest = state.longest.max(now - state.last);
                state.last = now;
                let tick = state.tick.as_ref().unwrap().as_ref().unchecked_ref();
                window().request_animation_frame(tick).unwrap();
            }
        });
        let first = tick.as_ref().unchecked_ref::<js_sys::Function>().clone();
        state.borrow_mut().tick = Some(tick);
        window().request_animation_frame(&first).unwrap();
        Self(state)
    }

    fn longest(&self) -> f64 {
        let state = self.0.borrow();
        state.longest.max(now() - state.last)
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn memory() -> f64 {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    f64::from(buffer.byte_length())
}

/// First of all, before other measurements have left room behind. The rows come one by one: the text of a
/// first load is larger than they are, and memory that a page has taken it does not give back.
async fn memory_per_row() {
    const ROWS: usize = 100_000;
    let page = Page::show();
    let mut client = Client::with_changes(1_000, |client| page.publish(client));
    let before = memory();
    for number in 0..ROWS {
        let text = client.added();
        client.frame(text);
        if number % 100 == 0 {
            page.publish(&mut client);
            tick().await;
        }
    }
    result("memory", (memory() - before) / ROWS as f64, "bytes");
}

#[wasm_bindgen_test]
async fn first_load() {
    let text = answer(10_000);
    let (mut shown, mut drawn, mut longest) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..7 {
        let page = Page::show();
        let (mut client, request) = Client::asking();
        let text = text.clone();
        frame().await;
        let pulse = Pulse::start();
        let begin = now();
        client.load(request, text, 10_000);
        page.publish(&mut client);
        shown.push(now() - begin);
        while page.lines() < 100 {
            tick().await;
            frame().await;
        }
        drawn.push(now() - begin);
        longest.push(pulse.longest());
    }
    result("load/10000", median(shown), "ms");
    result("load-drawn/10000", median(drawn), "ms");
    result("load-longest/10000", median(longest), "ms");
}

#[wasm_bindgen_test]
async fn one_change() {
    memory_per_row().await;
    for size in SIZES {
        let page = Page::show();
        let mut client = Client::with_changes(size, |client| page.publish(client));
        let key = client.edit_the_middle();
        page.publish(&mut client);
        tick().await;
        let row = page.table.row(key);
        let mut place = 0;
        for (name, jump) in [("edit", 0), ("move", 7_919)] {
            let mut samples = Vec::new();
            for _ in 0..30 {
                let mut frames = Vec::new();
                for _ in 0..200 {
                    place = (place + jump) % size;
                    frames.push(client.moved(size / 2, place));
                }
                let begin = now();
                for frame in frames {
                    client.frame(frame);
                    page.publish(&mut client);
                }
                samples.push((now() - begin) * 1000.0 / 200.0);
                assert!(row.with_untracked(Option::is_some));
                tick().await;
                frame().await;
            }
            result(&format!("{name}/{size}"), median(samples), "us");
        }
    }
}

/// As a socket brings them, each frame in a task of its own, and as the driver takes them in.
#[wasm_bindgen_test]
async fn burst() {
    let page = Rc::new(Page::show());
    let client = Client::with_changes(10_000, |client| page.publish(client));
    let client = Rc::new(RefCell::new(client));
    frame().await;
    let frames: Vec<_> = (0..10_000).map(|_| client.borrow_mut().added()).collect();
    let left = Rc::new(RefCell::new(frames.len()));
    let receive = {
        let (client, page, left) = (Rc::clone(&client), Rc::clone(&page), Rc::clone(&left));
        let inbox = Inbox::new(move |frames: &mut dyn Iterator<Item = String>| {
            let client = &mut *client.borrow_mut();
            for text in frames {
                client.frame(text);
                *left.borrow_mut() -= 1;
            }
            page.publish(client);
        });
        Closure::<dyn FnMut(_)>::new(move |text: String| inbox.push(text))
    };
    let task = receive.as_ref().unchecked_ref();
    for text in frames {
        window()
            .set_timeout_with_callback_and_timeout_and_arguments_1(task, 0, &text.into())
            .unwrap();
    }
    // Until here the sender held the thread up, which in life is another machine's.
    let begin = now();
    while *left.borrow() > 0 {
        frame().await;
    }
    result("burst/10000", now() - begin, "ms");
}
