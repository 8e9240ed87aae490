//! Requests as the engine reads them.

use std::collections::HashSet;

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::Response,
};

use super::refuse_because;

const PREFER: &str = "prefer";

/// What clients may write in a query and the engine reads differently: a space as `+`, which every browser
/// sends; `columns` in quotes, which supabase-js sends; a limit or an offset that is no number, or less than no
/// offset, which are passed over.
pub(super) fn mend_query(request: &mut Request) {
    let Some(query) = request.uri().query() else {
        return;
    };
    let is_quoted = |pair: &str| pair.starts_with("columns=") && pair.contains("%22");
    let is_other = |pair: &str| is_idle(pair) || is_quoted(pair);
    if !query.contains('+') && !query.split('&').any(is_other) {
        return;
    }
    let pairs: Vec<String> = query
        .replace('+', "%20")
        .split('&')
        .filter(|pair| !is_idle(pair))
        .map(|pair| match pair.strip_prefix("columns=") {
            Some(columns) => format!("columns={}", columns.replace("%22", "")),
            None => pair.to_owned(),
        })
        .collect();
    requery(request, &pairs.join("&"));
}

fn is_idle(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let of = |last: &str| name.rsplit('.').next() == Some(last);
    if of("offset") {
        value.starts_with('-') || !is_number(value)
    } else {
        of("limit") && !is_number(value.strip_prefix('-').unwrap_or(value))
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Gives a request another query.
pub(super) fn requery(request: &mut Request, query: &str) {
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = format!("{}?{query}", request.uri().path()).try_into().ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
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
    fn what_the_engine_reads_differently_is_made_plain() {
        let plain = |uri: &str| {
            let mut request = Request::builder()
                .uri(uri)
                .body(Body::empty())
                .expect("a request");
            mend_query(&mut request);
            request.uri().to_string()
        };
        assert_eq!(plain("/t?a=eq.x+y%2Bz"), "/t?a=eq.x%20y%2Bz");
        assert_eq!(
            plain("/t?columns=%22a%22,%22b%22&c=eq.%22"),
            "/t?columns=a,b&c=eq.%22"
        );
        assert_eq!(plain("/t?limit=x&offset=-3&a.limit="), "/t?");
        assert_eq!(plain("/t?limit=-3&offset=2"), "/t?limit=-3&offset=2");
        assert_eq!(plain("/t"), "/t");
    }

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
