//! What an HTTP answer means for the write that caused it.

use wire::rest;

use crate::{Rejection, Response};

/// The one judgement of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Carried out; the body has the rows.
    Accepted,
    /// A row with this key exists already: most likely our own earlier success.
    AlreadyThere,
    /// This very write was carried out before; its answer was lost.
    AlreadyDone,
    /// The row was deleted in the meantime and stays so.
    Gone,
    /// Refused for good.
    Rejected(Rejection),
    /// Not judged; try again after at least so many seconds.
    Retry(Option<u64>),
    /// The token is not accepted; refresh it, then try again.
    Unauthorized,
}

/// Judges an answer; no answer is "try again".
pub(crate) fn judge(response: Option<&Response>) -> Verdict {
    let Some(Response {
        status,
        body,
        retry_after,
    }) = response
    else {
        return Verdict::Retry(None);
    };
    if (200..300).contains(status) {
        return Verdict::Accepted;
    }
    let error: rest::Error = serde_json::from_str(body).unwrap_or_default();
    let constraint = error.constraint();
    match status {
        408 | 425 | 429 | 500..=599 => Verdict::Retry(*retry_after),
        // "Not allowed" with 401 means that the request counted as anonymous only if no SQLSTATE says
        // that the database itself refused.
        401 if error.code != "42501" => Verdict::Unauthorized,
        409 if error.code == "23505" && constraint.is_some_and(|c| c.ends_with("_pkey")) => {
            Verdict::AlreadyThere
        }
        409 if error.code == "PT409" => Verdict::AlreadyDone,
        410 => Verdict::Gone,
        // Whoever answers without a code is not the database: a portal, a proxy, a gateway.
        _ if error.code.is_empty() => Verdict::Retry(*retry_after),
        _ => Verdict::Rejected(rejection(*status, body)),
    }
}

/// What is to be said of an answer that refuses, or fails too often.
pub(crate) fn rejection(status: u16, body: &str) -> Rejection {
    let error: rest::Error = serde_json::from_str(body).unwrap_or_default();
    let constraint = error.constraint().map(str::to_owned);
    Rejection {
        code: if error.code.is_empty() {
            status.to_string()
        } else {
            error.code
        },
        constraint,
        message: error.message,
    }
}

/// Whether the server failed over this very request, rather than being away or busy.
pub(crate) fn is_failure(response: Option<&Response>) -> bool {
    response.is_some_and(|response| {
        response.status == 500
            || (200..500).contains(&response.status) && ![408, 425, 429].contains(&response.status)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: u16, body: &str) -> Verdict {
        judge(Some(&Response {
            status,
            body: body.into(),
            retry_after: None,
        }))
    }

    #[test]
    fn answers_are_told_apart() {
        assert_eq!(verdict(201, "[]"), Verdict::Accepted);
        assert_eq!(judge(None), Verdict::Retry(None));
        for status in [429, 500, 503, 504, 520] {
            assert_eq!(verdict(status, "<html>"), Verdict::Retry(None));
        }
        assert_eq!(
            verdict(401, r#"{"code":"PGRST303","message":"JWT expired"}"#),
            Verdict::Unauthorized
        );
        assert_eq!(verdict(401, ""), Verdict::Unauthorized);
        assert_eq!(verdict(410, "{}"), Verdict::Gone);
        assert_eq!(verdict(409, r#"{"code":"PT409"}"#), Verdict::AlreadyDone);
        let key = r#"{"code":"23505","message":"duplicate key value violates unique constraint \"events_pkey\""}"#;
        assert_eq!(verdict(409, key), Verdict::AlreadyThere);
        let full = r#"{"code":"23514","message":"The event is full: violates constraint \"rsvps_seats\""}"#;
        let Verdict::Rejected(no) = verdict(400, full) else {
            panic!("a full event is a no")
        };
        assert_eq!(no.constraint.as_deref(), Some("rsvps_seats"));
        for status in [400, 403, 404, 413] {
            assert_eq!(verdict(status, "<html>"), Verdict::Retry(None));
        }
        assert_eq!(rejection(404, "").code, "404");
    }
}
