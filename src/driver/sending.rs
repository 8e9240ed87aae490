//! Requests on their way out.

use sync::{Engine, Input, Now, Request};
use wasm_bindgen_futures::spawn_local;

use super::{Driver, frame::NextFrame, http};

/// Requests that have not left yet, and the frame that they wait for.
#[derive(Default)]
pub(super) struct Sending {
    pub(super) requests: Vec<Request>,
    turn: Option<NextFrame>,
}

impl Driver {
    /// Lets the person's intent into the engine. It is stored and shown at once; what is to be sent leaves when the
    /// browser has drawn what came of it, or with the next input.
    pub fn write(&self, intent: impl FnOnce(&mut Engine, Now)) {
        self.step(intent);
        let mut sending = self.sending.borrow_mut();
        if !sending.requests.is_empty() && sending.turn.is_none() {
            let myself = self.myself.clone();
            sending.turn = Some(NextFrame::new(move || {
                if let Some(driver) = myself.upgrade() {
                    driver.send();
                }
            }));
        }
    }

    /// Sends what waits.
    pub(super) fn send(&self) {
        // A callback that runs must not drop itself while it does.
        let spent = self.sending.take();
        for request in spent.requests {
            let myself = self.myself.clone();
            spawn_local(async move {
                let id = request.id;
                let response = http::send(&request).await;
                Self::feed(&myself, Input::Response(id, response));
            });
        }
    }
}
