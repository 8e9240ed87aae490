//! Requests: why each was sent, and to whom its answer goes.

use wire::Timestamp;

use super::{Engine, along::Along};
use crate::{Now, Output, Request, RequestId, Response, io::Method, table::news::Wanted};

/// Why a request was sent.
#[derive(Debug)]
pub(super) enum Purpose {
    Sync {
        asked: u64,
    },
    Write,
    Probe,
    Look {
        table: usize,
        wanted: Wanted,
    },
    Fetch {
        table: usize,
        wanted: Wanted,
    },
    Older {
        table: usize,
        /// Names the page.
        ticket: u64,
    },
    Along(Along),
    Refresh {
        /// The refresh token that was sent.
        sent: String,
        /// When; a late answer does not lengthen the life of the token in it.
        at: Timestamp,
    },
}

impl Engine {
    /// Hands an answer to what asked for it; `None` when there is no answer.
    pub(super) fn on_response(&mut self, now: Now, id: RequestId, response: Option<&Response>) {
        match self.requests.remove(&id) {
            None => {}
            Some(Purpose::Sync { asked }) => self.on_sync(now, id, asked, response),
            Some(Purpose::Probe) => self.on_probe(response),
            Some(Purpose::Write) => self.on_write(now, id, response),
            Some(Purpose::Look { table, wanted }) => {
                self.on_look(now, id, table, &wanted, response);
            }
            Some(Purpose::Fetch { table, wanted }) => self.on_fetch(now, table, wanted, response),
            Some(Purpose::Older { table, ticket }) => self.on_older(now, table, ticket, response),
            Some(Purpose::Along(along)) => self.on_along(now, along, response),
            Some(Purpose::Refresh { sent, at }) => self.on_refresh(now, &sent, at, response),
        }
    }

    /// Sends a request with the person's token.
    pub(super) fn request(
        &mut self,
        purpose: Purpose,
        method: Method,
        path: String,
        prefer: Option<&'static str>,
        body: Option<String>,
    ) -> RequestId {
        self.steps += 1;
        let id = RequestId(self.steps);
        let refresh = matches!(purpose, Purpose::Refresh { .. });
        let bearer = (!refresh).then(|| self.session.access_token.clone());
        let first = self
            .outbox
            .first()
            .filter(|_| matches!(purpose, Purpose::Write));
        let idempotency_key =
            first.and_then(|write| self.tables[write.table].idempotency_key(write.id));
        self.requests.insert(id, purpose);
        self.outputs.push_back(Output::Request(Request {
            id,
            method,
            path,
            prefer,
            idempotency_key,
            bearer,
            body,
        }));
        id
    }
}
