//! Requests to the project, each with a time limit.

use std::time::Duration;

use gloo_net::http::{Method, RequestBuilder};
use sync::{Request, Response};
use web_sys::AbortController;

use super::clock::Timer;
use crate::config::Config;

/// A request that has not been answered after this is given up.
const LIMIT: Duration = Duration::from_secs(20);

/// Sends a request of the engine; `None` when no answer arrived.
pub async fn send(request: &Request) -> Option<Response> {
    let prefer = request.prefer.map(|prefer| ("Prefer", prefer));
    let key = request.idempotency_key.as_deref();
    let headers = [prefer, key.map(|key| ("Idempotency-Key", key))];
    let bearer = request.bearer.as_deref();
    call(
        request.method,
        &request.path,
        bearer,
        &headers,
        request.body.as_deref(),
    )
    .await
}

/// Sends one request to the project with its key.
pub async fn call(
    method: sync::Method,
    path: &str,
    bearer: Option<&str>,
    headers: &[Option<(&str, &str)>],
    body: Option<&str>,
) -> Option<Response> {
    let Config {
        supabase_url,
        supabase_key,
    } = Config::here();
    let method = match method {
        sync::Method::Get => Method::GET,
        sync::Method::Post => Method::POST,
        sync::Method::Patch => Method::PATCH,
        sync::Method::Put => Method::PUT,
        sync::Method::Delete => Method::DELETE,
    };
    let mut url = supabase_url.clone();
    url.push_str(path);
    let mut builder = RequestBuilder::new(&url)
        .method(method)
        .header("apikey", supabase_key);
    if let Some(token) = bearer {
        builder = builder.header("Authorization", &["Bearer ", token].concat());
    }
    for (name, value) in headers.iter().flatten() {
        builder = builder.header(name, value);
    }
    let builder = builder.header("Content-Type", "application/json");
    exchange(builder, body).await
}

/// Reads a file beside the page.
pub async fn fetch_text(path: &str) -> Option<String> {
    let response = exchange(RequestBuilder::new(path), None).await?;
    (response.status == 200).then_some(response.body)
}

async fn exchange(builder: RequestBuilder, body: Option<&str>) -> Option<Response> {
    let controller = AbortController::new().ok()?;
    let signal = controller.signal();
    let limit = Timer::new(LIMIT, move || controller.abort());
    let builder = builder.abort_signal(Some(&signal));
    let request = match body {
        Some(body) => builder.body(body),
        None => builder.build(),
    };
    let response = request.ok()?.send().await.ok()?;
    let retry_after = response
        .headers()
        .get("retry-after")
        .and_then(|text| text.parse().ok());
    let body = response.text().await.ok()?;
    drop(limit);
    Some(Response {
        status: response.status(),
        body,
        retry_after,
    })
}
