//! A place in the document where a component is mounted and looked at.

use leptos::{mount::mount_to, prelude::*, task::tick};
use model::{Id, User};
use sync::{Changes, Entry, Rev, Standing, Step};
use tavern::live::{LiveTable, connection::Me};
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::{
    Element, EventInit, HtmlElement, HtmlTextAreaElement, KeyboardEvent, KeyboardEventInit,
};
use wire::Timestamp;

/// The one who is signed in.
pub const ME: Uuid = Uuid::from_u128(1);
/// Somebody else.
pub const TOM: Uuid = Uuid::from_u128(2);

/// A mounted component; it leaves the document with its stage.
pub struct Stage {
    place: HtmlElement,
    _mounted: Box<dyn std::any::Any>,
}

impl Stage {
    /// Mounts what `view` makes, below a context in which two members are known.
    pub async fn show<V: IntoView + 'static>(view: impl FnOnce() -> V + 'static) -> Self {
        let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&place).unwrap();
        let mounted = mount_to(place.clone(), move || {
            provide_context(Me(ME));
            let users = LiveTable::<User>::new();
            provide_context(users);
            let people = [(ME, "Mara"), (TOM, "Tom <i>Okafor</i>")];
            users.apply(Changes {
                rows: people
                    .map(|(id, name)| (Id::from(id), Some(user(id, name))))
                    .into(),
                lists: vec![((), people.map(|(id, _)| stand(Id::from(id))).into())],
                ..Changes::default()
            });
            view()
        });
        tick().await;
        Self {
            place,
            _mounted: Box::new(mounted),
        }
    }

    /// The only element that `selector` names.
    pub fn the(&self, selector: &str) -> Element {
        let found = self.place.query_selector_all(selector).unwrap();
        assert_eq!(
            found.length(),
            1,
            "{selector} in {}",
            self.place.inner_html()
        );
        found.item(0).unwrap().unchecked_into()
    }

    /// How many elements `selector` names.
    pub fn count(&self, selector: &str) -> u32 {
        self.place.query_selector_all(selector).unwrap().length()
    }

    /// The only button with this text.
    pub fn button(&self, text: &str) -> HtmlElement {
        let all = self.place.query_selector_all("button").unwrap();
        let all = (0..all.length()).map(|at| all.item(at).unwrap().unchecked_into::<HtmlElement>());
        let found: Vec<_> = all
            .filter(|button| button.text_content().unwrap().trim() == text)
            .collect();
        let [button] = found.as_slice() else {
            panic!("{} buttons {text}", found.len())
        };
        button.clone()
    }

    /// Presses the only button with this text.
    pub async fn press(&self, text: &str) {
        self.button(text).click();
        tick().await;
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.place.remove();
    }
}

/// The step by which a key comes to the end of a list.
pub fn stand<K>(key: K) -> Step<K> {
    Step::Stand { key, before: None }
}

/// Types into a field as a person does: the whole text at once.
pub async fn fill(field: &HtmlTextAreaElement, text: &str) {
    field.set_value(text);
    let init = EventInit::new();
    init.set_bubbles(true);
    let event = web_sys::Event::new_with_event_init_dict("input", &init).unwrap();
    field.dispatch_event(&event).unwrap();
    tick().await;
}

/// Presses a key; whether the browser may still do what it does by itself.
pub async fn key(field: &HtmlTextAreaElement, change: impl FnOnce(&KeyboardEventInit)) -> bool {
    let init = KeyboardEventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(true);
    init.set_key("Enter");
    change(&init);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    let default = field.dispatch_event(&event).unwrap();
    tick().await;
    default
}

/// Lets the browser work until `condition` holds; fails when it does not within some hundred frames.
pub async fn until(condition: impl Fn() -> bool) {
    for _ in 0..600 {
        if condition() {
            return;
        }
        let frame = js_sys::Promise::new(&mut |resolve, _| {
            window().request_animation_frame(&resolve).unwrap();
        });
        wasm_bindgen_futures::JsFuture::from(frame).await.unwrap();
    }
    panic!("it has not come to that");
}

/// Somebody of this name, whose username it is in small letters.
pub fn user(id: Uuid, name: &str) -> Entry<User> {
    let user = User {
        id,
        username: name.to_lowercase(),
        display_name: name.to_owned(),
        bio: String::new(),
        pronouns: String::new(),
        links: String::new(),
        created_at: Timestamp(0),
        rev: Rev(1),
    };
    Entry {
        row: user.into(),
        standing: Standing::Confirmed,
    }
}
