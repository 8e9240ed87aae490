//! Answers as PostgREST gives them.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, response::Parts},
    response::Response,
};
use percent_encoding::percent_decode_str;
use postrust_core::api_request::QualifiedIdentifier;
use postrust_engine::State as _;
use serde_json::{Value, json};

use crate::rest::{Engine, database::Trouble};

use super::{Asked, columns};

/// An answer of the engine, mended.
pub(super) async fn mend(
    asked: &Asked,
    engine: &Engine,
    answer: axum::http::Response<Bytes>,
) -> Response {
    let (mut parts, mut body) = answer.into_parts();
    if parts.status.is_success() {
        if kind(&parts.headers).starts_with("text/csv") && body.ends_with(b"\n") {
            body.truncate(body.len() - 1);
        }
        if asked.counted {
            name_total(asked, &mut parts);
        }
        if asked.method != Method::HEAD {
            parts.headers.remove(header::CONTENT_LENGTH);
        }
        return Response::from_parts(parts, Body::from(body));
    }
    if let Ok(mut refusal) = serde_json::from_slice::<Value>(&body)
        && refusal.is_object()
    {
        mend_refusal(asked, engine, &mut parts, &mut refusal).await;
        body = refusal.to_string().into();
        parts.headers.remove(header::CONTENT_LENGTH);
    }
    marked(Response::from_parts(parts, body))
}

/// A refusal of the engine, with the headers it has at PostgREST.
pub(super) fn marked(refusal: axum::http::Response<Bytes>) -> Response {
    let (mut parts, body) = refusal.into_parts();
    let read: Option<Value> = serde_json::from_slice(&body).ok();
    if let Some(code) = read.as_ref().and_then(|body| body.get("code")?.as_str()) {
        mark(&mut parts.headers, code);
    }
    Response::from_parts(parts, Body::from(body))
}

/// Says in the headers of a refusal whose it is.
pub(super) fn mark(headers: &mut HeaderMap, code: &str) {
    if let Ok(value) = HeaderValue::try_from(format!("PostgREST; error={code}")) {
        headers.insert("proxy-status", value);
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
}

async fn mend_refusal(asked: &Asked, engine: &Engine, parts: &mut Parts, refusal: &mut Value) {
    let code = refusal["code"].as_str().unwrap_or_default().to_owned();
    let reading = matches!(asked.method, Method::GET | Method::HEAD);
    match &*code {
        "42501" if parts.status == StatusCode::UNAUTHORIZED && !asked.anonymous => {
            parts.status = StatusCode::FORBIDDEN;
            parts.headers.remove(header::WWW_AUTHENTICATE);
        }
        // PostgREST leaves unknown columns of a read to the database.
        "PGRST204" if reading => unknown_column(asked, engine, refusal).await,
        "PGRST205" => denied(asked, engine, parts, refusal).await,
        "42703" if asked.method != Method::POST => qualify(asked, refusal),
        "PGRST103" if refusal["details"] == refusal["message"] => {
            refusal["details"] =
                "The lower boundary must be lower than or equal to the upper boundary in the Range header.".into();
        }
        "PGRST100" if refusal["message"] == "Invalid request" => unparsable(asked, refusal),
        "PGRST500" => unreachable(asked, parts, refusal),
        "PGRST900" => refusal["code"] = "PGRSTX00".into(),
        _ => {}
    }
}

fn kind(headers: &HeaderMap) -> &str {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default()
}

/// How many rows a write concerned, which is its total.
fn name_total(asked: &Asked, parts: &mut Parts) {
    let Some(range) = parts.headers.get(header::CONTENT_RANGE) else {
        return;
    };
    let covered = range.to_str().ok().and_then(|range| range.split_once('/'));
    let covered = covered.map_or("*", |(covered, _)| covered);
    let total = format!("{covered}/{}", asked.course.rows());
    if let Ok(range) = HeaderValue::try_from(total) {
        parts.headers.insert(header::CONTENT_RANGE, range);
    }
}

async fn unknown_column(asked: &Asked, engine: &Engine, refusal: &mut Value) {
    refusal["code"] = "42703".into();
    let schema = asked.profile.as_deref();
    let schema = schema.unwrap_or_else(|| engine.default_schema());
    let known = engine.schema_cache().await;
    let table = known.get_table(&QualifiedIdentifier::new(schema, target(asked)));
    let column = table.and_then(|table| columns::unknown(&asked.query, table));
    refusal["message"] = match column {
        Some(column) => format!("column {}.{column} does not exist", target(asked)).into(),
        None => "a selected column does not exist".into(),
    };
}

/// A table that the engine does not know because nobody may do anything with it is there all the same.
async fn denied(asked: &Asked, engine: &Engine, parts: &mut Parts, refusal: &mut Value) {
    let schema = asked.profile.as_deref();
    let schema = schema.unwrap_or_else(|| engine.default_schema());
    let Some(message) = engine.denial(schema, &target(asked)).await else {
        return;
    };
    *refusal = json!({"code": "42501", "message": message, "details": null, "hint": null});
    parts.status = if asked.anonymous {
        let challenge = HeaderValue::from_static("Bearer");
        parts.headers.insert(header::WWW_AUTHENTICATE, challenge);
        StatusCode::UNAUTHORIZED
    } else {
        StatusCode::FORBIDDEN
    };
}

/// PostgreSQL names the table when it is asked with it, as PostgREST does.
fn qualify(asked: &Asked, refusal: &mut Value) {
    let message = refusal["message"].as_str().unwrap_or_default();
    let column = message
        .strip_prefix("column \"")
        .and_then(|rest| rest.strip_suffix("\" does not exist"));
    if let Some(column) = column {
        refusal["message"] = format!("column {}.{column} does not exist", target(asked)).into();
    }
}

/// The table or function that was asked.
fn target(asked: &Asked) -> String {
    let path = asked.path.trim_matches('/');
    let name = path.strip_prefix("rpc/").unwrap_or(path);
    percent_decode_str(name).decode_utf8_lossy().into_owned()
}

/// Names the parameter that could not be read.
fn unparsable(asked: &Asked, refusal: &mut Value) {
    let too_large = asked.query.split('&').find(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name.ends_with("limit") || name.ends_with("offset"))
            && value.len() > 18
            && value.bytes().all(|byte| byte.is_ascii_digit())
    });
    if let Some(pair) = too_large {
        refusal["message"] = format!("\"failed to parse {pair}\" (too large)").into();
        return;
    }
    let pairs = asked.query.split('&').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let decoded = percent_decode_str(value).decode_utf8();
        let what = match name.rsplit('.').next().unwrap_or(name) {
            "select" => "select parameter",
            "or" | "and" => "logic tree",
            "order" => "order",
            _ => "filter",
        };
        Some((what, decoded.map(|text| text.into_owned())))
    });
    let mut first = None;
    for (what, value) in pairs {
        match value {
            Err(_) => {
                refusal["message"] = format!("\"failed to parse {what}\" (not UTF-8)").into();
                return;
            }
            Ok(value) if what == "select parameter" || what == "logic tree" => {
                let open = value.matches('(').count();
                let unbalanced = open != value.matches(')').count();
                if unbalanced || first.is_none() {
                    first = Some(format!("\"failed to parse {what} ({value})\""));
                }
                if unbalanced {
                    break;
                }
            }
            Ok(_) => {}
        }
    }
    refusal["message"] = first
        .unwrap_or_else(|| "\"failed to parse the query string\"".to_owned())
        .into();
    refusal["details"] = "Look for a parenthesis, a comma or a quote too many or too few.".into();
}

/// The database was not reached, or all connections to it stayed busy.
fn unreachable(asked: &Asked, parts: &mut Parts, refusal: &mut Value) {
    let (status, code, message) = match asked.course.trouble() {
        Trouble::Busy => (
            StatusCode::GATEWAY_TIMEOUT,
            "PGRST003",
            "Timed out acquiring connection from connection pool.",
        ),
        Trouble::Unreachable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "PGRST001",
            "Database client error. Retrying the connection.",
        ),
    };
    parts.status = status;
    refusal["code"] = code.into();
    refusal["message"] = message.into();
}
