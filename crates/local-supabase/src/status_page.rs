//! `GET /`: what this server is, how to reach it, and what is probably wrong, for the person who runs it.
//!
//! [`catalogue`] reads the database, [`warnings`] judges it, [`html`] shows both; [`errors`] keeps the last
//! refused requests. The keys are here: a page of another origin is told nothing but that the server runs, and
//! of a server that other machines can reach only who has its secret key is told more.

pub mod catalogue;
pub mod errors;
mod html;
pub mod warnings;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde::Serialize;

use self::{catalogue::Catalogue, errors::Shown, warnings::Warning};
use crate::{AppState, auth::mail, realtime::Tally};

/// Everything the page tells.
#[derive(Serialize)]
pub struct Report {
    /// Where clients reach the server.
    address: String,
    keys: Keys,
    warnings: Vec<Warning>,
    realtime: Tally,
    /// Absent while the database does not answer.
    database: Option<Catalogue>,
    /// Why it does not.
    failure: Option<String>,
    mails: Vec<mail::Shown>,
    errors: Vec<Shown>,
}

/// The keys a project hands out.
#[derive(Serialize)]
struct Keys {
    publishable: String,
    secret: String,
    anon: String,
    service_role: String,
}

/// The page's route.
pub fn router(state: AppState) -> Router {
    Router::new().route("/", get(show)).with_state(state)
}

/// Answers with the page, or with JSON for who asks for it.
async fn show(State(state): State<AppState>, uri: Uri, headers: HeaderMap) -> Response {
    if !may_see(&state, &uri, &headers) {
        return "local-supabase is running. Open this address itself to see more.\n"
            .into_response();
    }
    let report = report(&state).await;
    let mut response = if wants_json(&headers) {
        Json(&report).into_response()
    } else {
        Html(html::page(&report)).into_response()
    };
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::CACHE_CONTROL, "no-store");
    set(header::VARY, "accept, origin");
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    );
    response
}

/// Whether it is the person who runs the server: on this machine whoever opens the address itself, by a name
/// that no other machine has; else whoever has the secret key.
fn may_see(state: &AppState, uri: &Uri, headers: &HeaderMap) -> bool {
    if !state.config.is_exposed() {
        return !headers.contains_key(header::ORIGIN)
            && headers.get(header::HOST).is_none_or(is_here);
    }
    let header = headers.get("apikey").and_then(|key| key.to_str().ok());
    let mut query = uri.query().unwrap_or_default().split('&');
    let given = header.or_else(|| query.find_map(|pair| pair.strip_prefix("apikey=")));
    given.is_some_and(|key| {
        [&state.keys.secret, &state.keys.service_role]
            .iter()
            .any(|own| *own == key)
    })
}

/// Whether a `Host` names this machine: another name may have been made to lead here.
fn is_here(host: &HeaderValue) -> bool {
    let host = host.to_str().unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let address = name.parse::<std::net::IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

async fn report(state: &AppState) -> Report {
    let read = catalogue::read(&state.admin, &state.settings.api.schemas).await;
    let (database, failure) = match read {
        Ok(catalogue) => (Some(catalogue), None),
        Err(error) => (None, Some(error.to_string())),
    };
    Report {
        address: state.public_url.to_string(),
        keys: Keys {
            publishable: state.keys.publishable.clone(),
            secret: state.keys.secret.clone(),
            anon: state.keys.anon.clone(),
            service_role: state.keys.service_role.clone(),
        },
        warnings: database.as_ref().map(warnings::find).unwrap_or_default(),
        realtime: state.realtime.tally(),
        database,
        failure,
        mails: state.mails.shown(),
        errors: state.errors.shown(),
    }
}

/// Whether JSON is asked for and no page.
fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or_default();
    accept.contains("application/json") && !accept.contains("text/html")
}
