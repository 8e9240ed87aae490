//! `/verify`: what the link of a mail leads to.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use uuid::Uuid;

use crate::AppState;

use super::{
    Error, begin,
    input::Input,
    limit::{self, Kind},
    query::Parameters,
    recover, redirect,
    session::{self, SignedIn},
};

/// What the link says, or a client in its place.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Verify {
    #[serde(rename = "type")]
    kind: String,
    token: String,
    token_hash: String,
    redirect_to: Option<String>,
    email: Option<String>,
}

/// `GET /verify`: signs in and leads on to the page, which finds its session, or the refusal, behind the `#`.
pub(super) async fn follow(
    State(state): State<AppState>,
    Parameters(verify): Parameters<Verify>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    check(&verify)?;
    if verify.token.is_empty() {
        return Err(invalid("Verify requires a token or a token hash"));
    }
    limit::check(&state, &headers, Kind::Verify)?;
    let asked = verify.redirect_to.as_deref();
    let place = redirect::place(&state.settings.auth, &headers, asked);
    let answer = match enter(&state, &verify.kind, &verify.token).await {
        Ok(signed_in) => granted(&signed_in, &verify.kind),
        Err(refusal) => refused(&refusal),
    };
    let location = format!("{place}#{answer}");
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}

/// `POST /verify`: the same for a client that was given the token in another way.
pub(super) async fn exchange(
    State(state): State<AppState>,
    headers: HeaderMap,
    Input(verify): Input<Verify>,
) -> Result<SignedIn, Error> {
    check(&verify)?;
    if !verify.token.is_empty() && verify.token_hash.is_empty() {
        let message = "This local server mails links only, no codes";
        return Err(Error::new(501, "unexpected_failure", message));
    }
    if verify.token.is_empty() == verify.token_hash.is_empty() {
        return Err(invalid("Verify requires either a token or a token hash"));
    }
    let given = |field: &Option<String>| field.as_deref().is_some_and(|text| !text.is_empty());
    if given(&verify.email) || given(&verify.redirect_to) {
        return Err(invalid("Only the token_hash and type should be provided"));
    }
    limit::check(&state, &headers, Kind::Verify)?;
    enter(&state, &verify.kind, &verify.token_hash).await
}

fn check(verify: &Verify) -> Result<(), Error> {
    if verify.kind.is_empty() {
        return Err(invalid("Verify requires a verification type"));
    }
    Ok(())
}

fn invalid(message: &str) -> Error {
    Error::new(400, "validation_failed", message)
}

/// Uses the token up and opens a session; who could read the mail has the address.
async fn enter(state: &AppState, kind: &str, token: &str) -> Result<SignedIn, Error> {
    let expired = || {
        let message = "Email link is invalid or has expired";
        Error::new(403, "otp_expired", message)
    };
    match kind {
        "recovery" | "magiclink" => {}
        // Of these kinds no mail is ever made.
        "signup" | "invite" | "email" | "email_change" => return Err(expired()),
        _ => return Err(invalid("Invalid email verification type")),
    }
    let mut client = state.admin.get().await?;
    let transaction = begin(&mut client).await?;
    let lifetime = state.settings.auth.email.otp_expiry as f64;
    let row = transaction
        .query_opt(
            "select id, coalesce(banned_until > now(), false),
                coalesce(recovery_sent_at + make_interval(secs => $2) < now(), true)
              from auth.users where recovery_token = $1 and deleted_at is null for update",
            &[&recover::hashed(token), &lifetime],
        )
        .await?
        .ok_or_else(expired)?;
    let user: Uuid = row.get(0);
    if row.get(1) {
        return Err(Error::new(403, "user_banned", "User is banned"));
    }
    if row.get(2) {
        return Err(expired());
    }
    transaction
        .execute(
            "update auth.users set recovery_token = '', updated_at = now(),
                email_confirmed_at = coalesce(email_confirmed_at, now()),
                raw_user_meta_data = coalesce(raw_user_meta_data, '{}') || '{\"email_verified\": true}'
              where id = $1",
            &[&user],
        )
        .await
        .map_err(|error| Error::database("updating user", error.into()))?;
    let signed_in = session::open(state, &*transaction, user).await?;
    transaction.commit().await?;
    Ok(signed_in)
}

fn granted(signed_in: &SignedIn, kind: &str) -> String {
    let field = |name: &str| match &signed_in.body[name] {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let names = [
        "access_token",
        "expires_at",
        "expires_in",
        "refresh_token",
        "token_type",
    ];
    let mut pairs: Vec<_> = names.map(|name| (name, field(name))).into();
    pairs.push(("sb", String::new()));
    pairs.push(("type", kind.to_owned()));
    form(&pairs)
}

fn refused(refusal: &Error) -> String {
    let error = match refusal.status() {
        400 => "invalid_request",
        403 => "access_denied",
        500 => "server_error",
        _ => "",
    };
    let mut pairs = vec![
        ("error", error.to_owned()),
        ("error_code", refusal.code().to_owned()),
        ("error_description", refusal.message().to_owned()),
        ("sb", String::new()),
    ];
    pairs.retain(|(name, value)| *name != "error" || !value.is_empty());
    form(&pairs)
}

/// Pairs as the query of an address has them.
fn form(pairs: &[(&str, String)]) -> String {
    let pair = |(name, value): &(&str, String)| {
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
        // Letters that mean nothing stay readable.
        let value = value.replace("%20", "+").replace("%2E", ".");
        format!("{name}={}", value.replace("%5F", "_").replace("%2D", "-"))
    };
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}
