//! Why no socket opens: the browser does not say, so REST is asked.

use serde::Deserialize;

use super::{Engine, Purpose};
use crate::{Response, io::Method};

/// A lost network explains one socket that does not open; after this many in a row, and after twice
/// as many each time, the cause is looked for.
const SUSPICIOUS: u32 = 2;

/// What the gateway says about a request that it does not let through.
#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    message: String,
}

impl Engine {
    /// A socket was closed before it opened.
    pub(super) fn on_unopened(&mut self) {
        self.unopened += 1;
        if self.unopened >= SUSPICIOUS && self.unopened.is_power_of_two() {
            // Every project answers it, to whoever has the right key.
            let path = "/auth/v1/settings".to_owned();
            self.request(Purpose::Probe, Method::Get, path, None, None);
        }
    }

    pub(super) fn on_probe(&mut self, response: Option<&Response>) {
        self.stop_if_key_refused(response);
    }

    /// Stops when the answer says that the project does not know our key; says whether it does.
    pub(super) fn stop_if_key_refused(&mut self, response: Option<&Response>) -> bool {
        let Some(Response {
            status: 401 | 403,
            body,
            ..
        }) = response
        else {
            return false;
        };
        let refusal = serde_json::from_str(body).unwrap_or(Refusal {
            message: String::new(),
        });
        let refused = refusal.message.contains("API key");
        if refused {
            self.stop(format!(
                "The project does not accept this page's key. Put the project's address and publishable key \
                 into config.json, then reload. The server said: {}",
                refusal.message
            ));
        }
        refused
    }
}
