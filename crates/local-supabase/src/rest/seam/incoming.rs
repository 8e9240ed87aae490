//! Requests as the engine reads them.

use std::collections::HashSet;

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::Response,
};

use super::refuse_because;

const PREFER: &str = "prefer";

/// Takes away the headers that PostgREST does not read with this method.
pub(super) fn mend_headers(request: &mut Request) {
    let method = request.method().clone();
    if method != Method::GET {
        request.headers_mut().remove(header::RANGE);
    }
    if method != Method::GET && method != Method::HEAD {
        request.headers_mut().remove("accept-profile");
    }
}

/// The preferences of a request; a time zone that there is not is passed over, or refused if that is preferred.
pub(super) fn preferences(
    request: &mut Request,
    timezones: &HashSet<String>,
) -> Result<Vec<String>, Box<Response>> {
    let values = request.headers().get_all(PREFER).iter();
    let text: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
    let mut all: Vec<String> = text
        .join(",")
        .split(',')
        .map(|preference| preference.trim().to_owned())
        .filter(|preference| !preference.is_empty())
        .collect();
    let nowhere = all.iter().position(|preference| {
        preference
            .strip_prefix("timezone=")
            .is_some_and(|zone| !timezones.contains(zone))
    });
    let Some(nowhere) = nowhere else {
        return Ok(all);
    };
    let nowhere = all.remove(nowhere);
    if all.iter().any(|preference| preference == "handling=strict") {
        return Err(Box::new(refuse_because(
            StatusCode::BAD_REQUEST,
            "PGRST122",
            "Invalid preferences given with handling=strict",
            Some(&format!("Invalid preferences: {nowhere}")),
        )));
    }
    request.headers_mut().remove(PREFER);
    if let Ok(value) = HeaderValue::try_from(all.join(", "))
        && !all.is_empty()
    {
        request.headers_mut().insert(PREFER, value);
    }
    Ok(all)
}

/// Refuses a body of a kind that no row can be read from.
pub(super) fn check_body(request: &Request) -> Result<(), Box<Response>> {
    let called = request.uri().path().starts_with("/rpc/");
    let writing = matches!(
        *request.method(),
        Method::POST | Method::PUT | Method::PATCH
    );
    let kind = request.headers().get(header::CONTENT_TYPE);
    let Some(kind) = kind.and_then(|kind| kind.to_str().ok()) else {
        return Ok(());
    };
    let readable = [
        "application/json",
        "application/vnd.pgrst.",
        "application/x-www-form-urlencoded",
        "text/csv",
    ];
    let plain = kind.trim().to_ascii_lowercase();
    if called || !writing || readable.iter().any(|known| plain.starts_with(known)) {
        return Ok(());
    }
    Err(Box::new(refuse_because(
        StatusCode::BAD_REQUEST,
        "PGRST102",
        &format!("Content-Type not acceptable: {kind}"),
        None,
    )))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_time_zone_that_there_is_not_is_passed_over_or_refused() {
        let zones = HashSet::from(["UTC".to_owned()]);
        let prefer = |value: &str| {
            let mut request = Request::builder()
                .header("prefer", value)
                .body(Body::empty())
                .expect("a request");
            let read = preferences(&mut request, &zones).map_err(|refusal| refusal.status());
            let left = request.headers().get("prefer").cloned();
            (read, left)
        };
        let (read, left) = prefer("timezone=Nowhere, count=exact");
        assert_eq!(read, Ok(vec!["count=exact".to_owned()]));
        assert_eq!(left.expect("a header"), "count=exact");
        assert_eq!(
            prefer("timezone=UTC").0,
            Ok(vec!["timezone=UTC".to_owned()])
        );
        let (read, _) = prefer("handling=strict,timezone=Nowhere");
        assert_eq!(read, Err(StatusCode::BAD_REQUEST));
    }
}
