//! Who asks: the account or the administrator behind the token of a request.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use uuid::Uuid;

use crate::{
    AppState,
    jwt::{self, Claims, Invalid},
};

use super::{Error, account::Account};

/// A person with a living session.
pub(super) struct Bearer {
    pub(super) account: Account,
    pub(super) session: Option<Uuid>,
}

/// Somebody with the project's secret key.
pub(super) struct Admin;

impl FromRequestParts<AppState> for Bearer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let claims = claims(parts, state)?;
        let refused = |message: &str| Error::new(403, "bad_jwt", message);
        let sub = claims
            .sub()
            .ok_or_else(|| refused("invalid claim: missing sub claim"))?;
        let id: Uuid = sub
            .parse()
            .map_err(|_| refused("invalid claim: sub claim must be a UUID"))?;
        let session = match claims.text("session_id") {
            Some(session) => Some(
                session
                    .parse()
                    .map_err(|_| refused("invalid claim: session_id claim must be a UUID"))?,
            ),
            None => None,
        };
        let client = state.admin.get().await?;
        let account = Account::by_id(&**client, id).await?.ok_or_else(|| {
            Error::new(
                403,
                "user_not_found",
                "User from sub claim in JWT does not exist",
            )
        })?;
        if account.banned {
            return Err(Error::new(403, "user_banned", "User is banned"));
        }
        if let Some(session) = session {
            let alive = client
                .query_opt(
                    "select from auth.sessions where id = $1 and user_id = $2",
                    &[&session, &id],
                )
                .await?;
            if alive.is_none() {
                return Err(Error::new(
                    403,
                    "session_not_found",
                    "Session from session_id claim in JWT does not exist",
                ));
            }
        }
        Ok(Self { account, session })
    }
}

impl FromRequestParts<AppState> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        match claims(parts, state)?.role() {
            Some("service_role" | "supabase_admin") => Ok(Self),
            Some(_) | None => Err(Error::new(403, "not_admin", "User not allowed")),
        }
    }
}

fn claims(parts: &Parts, state: &AppState) -> Result<Claims, Error> {
    let header = parts
        .headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = header.unwrap_or_default().trim();
    let token = match token.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        Some(_) => "",
        // An API key that is a token comes without a scheme from the gateway.
        None => token,
    };
    if token.is_empty() {
        return Err(Error::new(
            401,
            "no_authorization",
            "This endpoint requires a valid Bearer token",
        ));
    }
    let reason = match state.secret.decode(token) {
        Ok(claims) if claims.exp().is_none_or(|exp| exp > jwt::now()) => return Ok(claims),
        Ok(_) | Err(Invalid::Expired | Invalid::NotYet) => {
            "token has invalid claims: token is expired"
        }
        Err(Invalid::Signature) => "token signature is invalid: signature is invalid",
        Err(Invalid::Malformed) => {
            "token is malformed: token contains an invalid number of segments"
        }
    };
    Err(Error::new(
        403,
        "bad_jwt",
        format!("invalid JWT: unable to parse or verify signature, {reason}"),
    ))
}
