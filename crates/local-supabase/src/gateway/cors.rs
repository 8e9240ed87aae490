//! CORS as the gateway of a project does it: any origin, no credentials, on every answer.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

const METHODS: &str = "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT";
/// What a page may read of an answer.
const EXPOSED: &str = "content-encoding,content-location,content-range,content-type,date,location,server,\
    transfer-encoding,range-unit,preference-applied,x-total-count,link,x-supabase-api-version,x-sb-error-code,\
    retry-after,proxy-status,sb-auth-user-id,sb-auth-session-id";
const A_DAY: &str = "86400";

/// The answer to what a browser asks before a request, if this is that.
pub(super) fn preflight(request: &Request) -> Option<Response> {
    let asked = asked(request)?;
    let mut answer = StatusCode::OK.into_response();
    let headers = answer.headers_mut();
    any_origin(headers);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static(METHODS),
    );
    headers.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static(A_DAY),
    );
    if let Some(asked) = asked {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked);
    }
    Some(answer)
}

/// Marks the answer to a request.
pub(super) fn mark(answer: &mut Response) {
    any_origin(answer.headers_mut());
    answer.headers_mut().insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(EXPOSED),
    );
}

/// The headers that a browser asks to send, if this is such a question. Any other `OPTIONS` is for the service.
fn asked(request: &Request) -> Option<Option<HeaderValue>> {
    let named = |name: HeaderName| request.headers().get(name);
    let is_preflight = *request.method() == Method::OPTIONS
        && named(header::ORIGIN).is_some()
        && named(header::ACCESS_CONTROL_REQUEST_METHOD).is_some();
    is_preflight.then(|| named(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned())
}

fn any_origin(headers: &mut HeaderMap) {
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
}
