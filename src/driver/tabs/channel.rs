//! What tabs say to each other, through a `BroadcastChannel`: five values in an array.

use js_sys::Array;
use sync::SocketId;
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

use super::clock;

/// Said by one tab to another, or to all.
pub struct Words {
    pub from: Uuid,
    pub kind: String,
    /// Which socket it is about, by the number that its engine gave it.
    pub socket: SocketId,
    pub text: String,
}

/// Our end of the channel; dropping it closes it.
pub struct Channel {
    tab: Uuid,
    channel: BroadcastChannel,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Channel {
    /// The channel called `name`; `None` where the browser has none. What others say to us, or to all, goes to `hear`.
    pub fn open(name: &str, hear: impl Fn(Words) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let tab = clock::random_uuid();
        let on_message = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
            if let Some(words) = read(&event.data(), tab) {
                hear(words);
            }
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self {
            tab,
            channel,
            _on_message: on_message,
        })
    }

    /// Says something to one tab, or to all.
    pub fn say(&self, to: Option<Uuid>, kind: &str, socket: SocketId, text: &str) {
        let to = to.map_or(JsValue::NULL, |to| to.to_string().into());
        // Socket numbers count an engine's steps, which are far from where a double loses them.
        let socket = socket.0 as f64;
        let words = Array::of5(
            &self.tab.to_string().into(),
            &to,
            &kind.into(),
            &socket.into(),
            &text.into(),
        );
        // A channel that is closed belongs to a page that ends.
        let _ = self.channel.post_message(&words);
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}

/// What is for `tab`, if it can be read.
fn read(words: &JsValue, tab: Uuid) -> Option<Words> {
    let words = Array::from(words);
    let text = |at| words.get(at).as_string();
    if text(1).is_some_and(|to| to != tab.to_string()) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what another tab has counted"
    )]
    let socket = SocketId(words.get(3).as_f64()? as u64);
    Some(Words {
        from: Uuid::parse_str(&text(0)?).ok()?,
        kind: text(2)?,
        socket,
        text: text(4)?,
    })
}
