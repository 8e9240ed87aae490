//! Questions to the project beside the engine: searches, and functions that are called once.

use sync::{Method, Response};
use wasm_bindgen_futures::spawn_local;

use super::{Driver, http};

impl Driver {
    /// Sends a request with the person's token and hands its answer on; `None` when none arrived. It is
    /// neither kept nor repeated: what must not be lost is written through the engine.
    pub fn ask(
        &self,
        method: Method,
        path: String,
        body: Option<String>,
        on_answer: impl FnOnce(Option<Response>) + 'static,
    ) {
        let token = self.engine.borrow().access_token().to_owned();
        spawn_local(async move {
            let answer = http::call(method, &path, Some(&token), &[], body.as_deref()).await;
            on_answer(answer);
        });
    }
}
