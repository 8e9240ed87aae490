//! What everybody may ask, and the answer to what is not built.

use axum::{
    Json,
    extract::State,
    http::{Method, Uri, header},
    response::IntoResponse,
};
use serde_json::{Map, Value, json};

use crate::AppState;

use super::Error;

/// `GET /settings`.
pub(super) async fn settings(State(state): State<AppState>) -> Json<Value> {
    let others = [
        "apple",
        "azure",
        "bitbucket",
        "discord",
        "facebook",
        "figma",
        "fly",
        "github",
        "gitlab",
        "google",
        "kakao",
        "keycloak",
        "linkedin",
        "linkedin_oidc",
        "notion",
        "phone",
        "slack",
        "slack_oidc",
        "snapchat",
        "spotify",
        "twitch",
        "twitter",
        "workos",
        "x",
        "zoom",
    ];
    let mut external: Map<String, Value> = others
        .map(|name| (name.to_owned(), false.into()))
        .into_iter()
        .collect();
    external.insert("email".to_owned(), true.into());
    external.insert(
        "anonymous_users".to_owned(),
        state.settings.auth.enable_anonymous_sign_ins.into(),
    );
    Json(json!({
        "external": external,
        "disable_signup": !state.settings.auth.enable_signup,
        "mailer_autoconfirm": !state.settings.auth.email.enable_confirmations,
        "phone_autoconfirm": false,
        "sms_provider": "",
        "saml_enabled": false,
    }))
}

/// `GET /health`.
pub(super) async fn health() -> Json<Value> {
    Json(json!({
        "version": concat!("local-supabase ", env!("CARGO_PKG_VERSION")),
        "name": "GoTrue",
        "description": "Accounts and sessions, on this machine only",
    }))
}

/// `GET /.well-known/jwks.json`: tokens are signed with a shared secret, which is not shown.
pub(super) async fn jwks() -> impl IntoResponse {
    let kept = [(header::CACHE_CONTROL, "public, max-age=600")];
    (kept, Json(json!({"keys": []})))
}

/// A path of the service that this server lacks, or that no server has.
pub(super) async fn not_built(uri: Uri) -> Error {
    Error::new(
        501,
        "unexpected_failure",
        format!("This local server does not offer {}", uri.path()),
    )
}

/// A path with a method it does not take.
pub(super) async fn wrong_method(method: Method, uri: Uri) -> Error {
    Error::new(
        405,
        "unexpected_failure",
        format!("{} does not take {method}", uri.path()),
    )
}
