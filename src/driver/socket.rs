//! The WebSocket to Realtime: opened, listened to, closed when dropped.

use std::rc::Rc;

use sync::{Input, SocketId};
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, MessageEvent, WebSocket};
use wire::Version;

use crate::config::Config;

/// One socket. Dropping it closes it and silences it.
pub struct Socket {
    socket: Option<WebSocket>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_event: Closure<dyn FnMut(Event)>,
}

impl Socket {
    /// Opens a socket to the project; `feed` is told what becomes of it.
    pub fn open(id: SocketId, feed: impl Fn(Input) + 'static) -> Self {
        let Config {
            supabase_url,
            supabase_key,
        } = Config::here();
        // "http" becomes "ws", hence "https" becomes "wss".
        let host = supabase_url.trim_start_matches("http");
        let vsn = Version::V2.as_str();
        let key = js_sys::encode_uri_component(supabase_key);
        let url = format!("ws{host}/realtime/v1/websocket?apikey={key}&vsn={vsn}");
        let socket = WebSocket::new(&url).ok();
        let feed = Rc::new(feed);

        let receive = Rc::clone(&feed);
        let on_message = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
            // Binary frames carry broadcasts only, of which we have none.
            if let Some(text) = event.data().as_string() {
                receive(Input::Frame(id, text));
            }
        });
        let news = Rc::clone(&feed);
        let on_event =
            Closure::<dyn FnMut(_)>::new(move |event: Event| match event.type_().as_str() {
                "open" => news(Input::SocketOpened(id)),
                _ => news(Input::SocketClosed(id)),
            });
        match &socket {
            Some(socket) => {
                let function = on_event.as_ref().unchecked_ref();
                socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
                socket.set_onopen(Some(function));
                socket.set_onclose(Some(function));
            }
            None => spawn_local(async move { feed(Input::SocketClosed(id)) }),
        }
        Self {
            socket,
            _on_message: on_message,
            _on_event: on_event,
        }
    }

    /// Sends a text frame. A socket that is closing drops it; its close event follows.
    pub fn send(&self, text: &str) {
        if let Some(socket) = &self.socket {
            let _ = socket.send_with_str(text);
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Some(socket) = &self.socket {
            socket.set_onmessage(None);
            socket.set_onopen(None);
            socket.set_onclose(None);
            // 1000 is always allowed.
            let _ = socket.close_with_code(1000);
        }
    }
}
