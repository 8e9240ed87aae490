//! What stands in front of the services: CORS on every answer, and the exchange of opaque API keys.

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use tower::ServiceExt as _;

use crate::{AppState, faults, keys::Keys, rest, status_page::errors};

mod cors;

/// Where the links of mails lead, which carry no key.
const OPEN: &str = "/auth/v1/verify";
const APIKEY: HeaderName = HeaderName::from_static("apikey");

/// The services behind the gateway.
#[derive(Clone)]
struct Services {
    state: AppState,
    routes: Router,
}

/// Puts the gateway in front of `routes`, and of REST, which needs no routes: each layer of a router would make and
/// move a future of its own for every request.
pub fn before(routes: Router, state: AppState) -> Router {
    Router::new()
        .fallback(pass)
        .with_state(Services { state, routes })
}

async fn pass(State(services): State<Services>, request: Request) -> Response {
    if let Some(answer) = cors::preflight(&request) {
        return answer;
    }
    let mut answer = exchange(services, request).await;
    cors::mark(&mut answer);
    answer
}

/// Every path that is none of ours.
pub async fn unknown(uri: Uri) -> Response {
    let message = format!("no Route matched with those values: {}", uri.path());
    (StatusCode::NOT_FOUND, Json(json!({ "message": message }))).into_response()
}

async fn exchange(services: Services, mut request: Request) -> Response {
    let state = &services.state;
    if state.config.is_exposed()
        && request.uri().path() != OPEN
        && let Some(refusal) = keyless(&request, &state.keys)
    {
        return refusal;
    }
    exchange_header(request.headers_mut(), &state.keys);
    if let Some(uri) = exchange_query(request.uri(), &state.keys) {
        *request.uri_mut() = uri;
    }
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let answer = serve(services.routes, state, request).await;
    errors::note(state, &method, &uri, answer).await
}

async fn serve(routes: Router, state: &AppState, request: Request) -> Response {
    if state.config.faults
        && let Some(answer) = faults::answer(state, &request)
    {
        return answer;
    }
    if rest::is_at(request.uri().path()) {
        return rest::serve(state, request).await;
    }
    let Ok(answer) = routes.oneshot(request).await;
    answer
}

/// A server that other machines can reach asks for a key, as the gateway of a hosted project does.
fn keyless(request: &Request, keys: &Keys) -> Option<Response> {
    let header = request.headers().get(APIKEY);
    let query = request.uri().query().unwrap_or_default().split('&');
    let given = header
        .and_then(|key| key.to_str().ok())
        .or_else(|| query.filter_map(|pair| pair.strip_prefix("apikey=")).next());
    let refusal = match given {
        Some(key) if keys.know(key) => return None,
        Some(_) => {
            json!({"message": "Invalid API key", "hint": "Double check your Supabase `anon` or `service_role` API key."})
        }
        None => {
            json!({"message": "No API key found in request", "hint": "No `apikey` request header or url param was found."})
        }
    };
    Some((StatusCode::UNAUTHORIZED, Json(refusal)).into_response())
}

/// The rule of the CLI's gateway: a session's token stays, an API key becomes the token it stands for.
fn exchange_header(headers: &mut HeaderMap, keys: &Keys) {
    let kept = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|value| !value.as_bytes().starts_with(b"Bearer sb_"));
    if kept {
        return;
    }
    let Some(apikey) = headers.get(APIKEY) else {
        return;
    };
    let value = match token_of(apikey.as_bytes(), keys) {
        Some(token) => HeaderValue::try_from(format!("Bearer {token}")).ok(),
        None => Some(apikey.clone()),
    };
    if let Some(value) = value {
        headers.insert(header::AUTHORIZATION, value);
    }
}

/// A WebSocket carries its key in the query, where it is exchanged in the same way.
fn exchange_query(uri: &Uri, keys: &Keys) -> Option<Uri> {
    let query = uri.query()?;
    if !query.contains("apikey=") {
        return None;
    }
    let mut found = false;
    let query = query
        .split('&')
        .map(|pair| {
            let token = pair
                .strip_prefix("apikey=")
                .and_then(|apikey| token_of(apikey.as_bytes(), keys));
            match token {
                Some(token) => {
                    found = true;
                    format!("apikey={token}")
                }
                None => pair.to_owned(),
            }
        })
        .collect::<Vec<_>>()
        .join("&");
    if !found {
        return None;
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = format!("{}?{query}", uri.path()).try_into().ok();
    Uri::from_parts(parts).ok()
}

fn token_of<'k>(apikey: &[u8], keys: &'k Keys) -> Option<&'k str> {
    if apikey == keys.secret.as_bytes() {
        Some(&keys.service_role)
    } else if apikey == keys.publishable.as_bytes() {
        Some(&keys.anon)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{jwt::Secret, keys::JWT_SECRET};

    fn keys() -> Keys {
        Keys::local(&Secret::new(JWT_SECRET))
    }

    fn exchanged(authorization: Option<&str>, apikey: Option<&str>) -> Option<String> {
        let mut headers = HeaderMap::new();
        if let Some(value) = authorization {
            headers.insert(header::AUTHORIZATION, value.parse().expect("a header"));
        }
        if let Some(value) = apikey {
            headers.insert(APIKEY, value.parse().expect("a header"));
        }
        exchange_header(&mut headers, &keys());
        headers
            .get(header::AUTHORIZATION)
            .map(|value| value.to_str().expect("text").to_owned())
    }

    #[test]
    fn opaque_keys_become_tokens_and_sessions_stay() {
        let keys = keys();
        assert_eq!(
            exchanged(None, Some(PUBLISHABLE)),
            Some(format!("Bearer {}", keys.anon))
        );
        assert_eq!(
            exchanged(Some("Bearer sb_secret_x"), Some(&keys.secret)),
            Some(format!("Bearer {}", keys.service_role))
        );
        assert_eq!(
            exchanged(Some("Bearer a.b.c"), Some(PUBLISHABLE)),
            Some("Bearer a.b.c".to_owned())
        );
        assert_eq!(exchanged(None, Some(&keys.anon)), Some(keys.anon.clone()));
        assert_eq!(exchanged(None, None), None);
    }

    #[test]
    fn the_query_of_a_socket_is_exchanged() {
        let keys = keys();
        let uri: Uri = format!("/realtime/v1/websocket?apikey={PUBLISHABLE}&vsn=1.0.0")
            .parse()
            .expect("a uri");
        let uri = exchange_query(&uri, &keys).expect("exchanged");
        assert_eq!(
            uri.to_string(),
            format!("/realtime/v1/websocket?apikey={}&vsn=1.0.0", keys.anon)
        );
        let legacy: Uri = format!("/realtime/v1/websocket?apikey={}", keys.anon)
            .parse()
            .expect("a uri");
        assert_eq!(exchange_query(&legacy, &keys), None);
    }

    const PUBLISHABLE: &str = "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH";
}
