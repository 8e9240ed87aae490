//! What the engine answers differently from PostgREST, mended on the way in and out.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{AppState, jwt};

use super::{arguments, count};

/// Query parameters that are not filters.
const CONTROLS: [&str; 6] = [
    "select",
    "order",
    "limit",
    "offset",
    "columns",
    "on_conflict",
];

/// Answers one request.
pub(super) async fn serve(state: &AppState, mut request: Request) -> Response {
    let Some(engine) = state.rest.get() else {
        return refuse(
            StatusCode::SERVICE_UNAVAILABLE,
            "PGRST002",
            "The schema is not known yet.",
        );
    };
    as_bearer(&mut request);
    plain_query(&mut request);
    let counts = match request.uri().query().and_then(count::take) {
        Some((query, counts)) => {
            requery(&mut request, &query);
            counts
        }
        None => Vec::new(),
    };
    if let Some(refusal) = unfiltered(&request) {
        return refusal;
    }
    let asked = Asked {
        counts,
        ..Asked::of(state, &request)
    };
    match arguments::without_nulls(engine, request).await {
        Ok(request) => mend(&asked, postrust_engine::handle(engine, request).await),
        Err(refusal) => refusal,
    }
}

/// What has to be known of a request once it is answered.
struct Asked {
    anonymous: bool,
    counted_update: bool,
    reading: bool,
    counts: Vec<count::Path>,
}

impl Asked {
    fn of(state: &AppState, request: &Request) -> Self {
        let token = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let role = token.and_then(|token| {
            let claims = state.secret.verify(token, jwt::now()).ok()?;
            claims.role().map(str::to_owned)
        });
        let counted = request.headers().get_all("prefer").iter().any(|value| {
            value
                .to_str()
                .is_ok_and(|value| value.contains("count=exact"))
        });
        Self {
            anonymous: role.is_none_or(|role| role == "anon"),
            counted_update: counted && request.method() == Method::PATCH,
            reading: matches!(*request.method(), Method::GET | Method::HEAD),
            counts: Vec::new(),
        }
    }
}

/// The gateway puts an API key that is a token into `Authorization` as it is.
fn as_bearer(request: &mut Request) {
    let Some(value) = request.headers().get(header::AUTHORIZATION) else {
        return;
    };
    let Ok(text) = value.to_str() else { return };
    let bearer = match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            format!("Bearer {}", token.trim())
        }
        Some(_) => return,
        None => format!("Bearer {text}"),
    };
    if let Ok(value) = HeaderValue::try_from(bearer) {
        request.headers_mut().insert(header::AUTHORIZATION, value);
    }
}

/// What clients may write in a query and the engine does not read: a space as `+`, which every browser
/// sends, and `columns` in quotes, which supabase-js sends.
fn plain_query(request: &mut Request) {
    let Some(query) = request.uri().query() else {
        return;
    };
    if !query.contains('+') && !query.contains("columns=%22") {
        return;
    }
    let pairs: Vec<String> = query
        .replace('+', "%20")
        .split('&')
        .map(|pair| match pair.strip_prefix("columns=") {
            Some(columns) => format!("columns={}", columns.replace("%22", "")),
            None => pair.to_owned(),
        })
        .collect();
    requery(request, &pairs.join("&"));
}

fn requery(request: &mut Request, query: &str) {
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = format!("{}?{query}", request.uri().path()).try_into().ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}

/// Supabase loads the extension `safeupdate`, which refuses to change all rows of a table by accident.
fn unfiltered(request: &Request) -> Option<Response> {
    let verb = match *request.method() {
        Method::PATCH => "UPDATE",
        Method::DELETE => "DELETE",
        _ => return None,
    };
    let filtered = request
        .uri()
        .query()
        .unwrap_or_default()
        .split('&')
        .any(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            !name.is_empty() && !CONTROLS.contains(&name)
        });
    if filtered {
        return None;
    }
    Some(refuse(
        StatusCode::BAD_REQUEST,
        "21000",
        &format!("{verb} requires a WHERE clause"),
    ))
}

fn mend(asked: &Asked, response: axum::http::Response<Bytes>) -> Response {
    let (mut parts, mut body) = response.into_parts();
    if parts.status == StatusCode::UNAUTHORIZED && !asked.anonymous && code(&body) == "42501" {
        parts.status = StatusCode::FORBIDDEN;
        parts.headers.remove(header::WWW_AUTHENTICATE);
    }
    if parts.status == StatusCode::BAD_REQUEST && asked.reading && code(&body) == "PGRST204" {
        // PostgREST leaves unknown columns of a read to the database.
        body = recoded(&body, "42703").unwrap_or(body);
        parts.headers.remove(header::CONTENT_LENGTH);
    }
    if parts.status.is_success() && !asked.counts.is_empty() {
        body = count::give(&body, &asked.counts).unwrap_or(body);
        parts.headers.remove(header::CONTENT_LENGTH);
    }
    if asked.counted_update
        && let Some(range) = parts.headers.get(header::CONTENT_RANGE)
    {
        let total = range.to_str().ok().and_then(with_total);
        if let Some(range) = total.and_then(|range| HeaderValue::try_from(range).ok()) {
            parts.headers.insert(header::CONTENT_RANGE, range);
        }
    }
    Response::from_parts(parts, Body::from(body))
}

/// The range of an update covers all rows that were changed, so its end tells their number.
fn with_total(range: &str) -> Option<String> {
    let covered = range.strip_suffix("/*")?;
    if covered == "*" {
        return Some("*/0".to_owned());
    }
    let last: u64 = covered.split_once('-')?.1.parse().ok()?;
    Some(format!("{covered}/{}", last + 1))
}

fn code(body: &[u8]) -> String {
    let body: Option<Value> = serde_json::from_slice(body).ok();
    body.and_then(|body| body.get("code")?.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn recoded(body: &[u8], code: &str) -> Option<Bytes> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    body["code"] = code.into();
    serde_json::to_vec(&body).ok().map(Bytes::from)
}

pub(super) fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({"code": code, "message": message, "details": null, "hint": null});
    (status, Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counted_update_names_its_total() {
        assert_eq!(with_total("0-2/*").as_deref(), Some("0-2/3"));
        assert_eq!(with_total("*/*").as_deref(), Some("*/0"));
        assert_eq!(with_total("0-2/7"), None);
    }

    #[test]
    fn changing_all_rows_is_refused_and_changing_some_is_not() {
        let request = |method: &str, uri: &str| {
            Request::builder()
                .method(method)
                .uri(uri)
                .body(Body::empty())
                .expect("a request")
        };
        assert!(unfiltered(&request("DELETE", "/t")).is_some());
        assert!(unfiltered(&request("PATCH", "/t?select=id&order=id")).is_some());
        assert!(unfiltered(&request("PATCH", "/t?id=eq.1")).is_none());
        assert!(unfiltered(&request("GET", "/t")).is_none());
    }

    #[test]
    fn spaces_and_quoted_columns_are_made_plain() {
        let plain = |uri: &str| {
            let mut request = Request::builder()
                .uri(uri)
                .body(Body::empty())
                .expect("a request");
            plain_query(&mut request);
            request.uri().to_string()
        };
        assert_eq!(plain("/t?a=eq.x+y%2Bz"), "/t?a=eq.x%20y%2Bz");
        assert_eq!(
            plain("/t?columns=%22a%22,%22b%22&c=eq.%22"),
            "/t?columns=a,b&c=eq.%22"
        );
        assert_eq!(plain("/t"), "/t");
    }

    #[test]
    fn a_key_without_a_scheme_is_a_bearer_token() {
        for (given, wanted) in [
            ("a.b.c", "Bearer a.b.c"),
            ("bearer x", "Bearer x"),
            ("Basic x", "Basic x"),
        ] {
            let mut request = Request::builder()
                .header("authorization", given)
                .body(Body::empty())
                .expect("a request");
            as_bearer(&mut request);
            assert_eq!(request.headers()["authorization"], wanted);
        }
    }
}
