//! Sessions: opened by a password, continued by a refresh token, ended by signing out.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio_postgres::GenericClient;
use uuid::Uuid;

use crate::{AppState, jwt};

use super::{
    Error,
    account::{self, Account},
    bearer::Bearer,
    begin,
    input::Input,
    limit::{self, Kind},
    password,
    query::Parameters,
    refresh,
};

/// The body of a successful sign-in.
pub(super) struct SignedIn {
    pub(super) body: Value,
    user: Uuid,
    session: Uuid,
}

impl IntoResponse for SignedIn {
    fn into_response(self) -> Response {
        let said = [
            ("sb-auth-user-id", self.user.to_string()),
            ("sb-auth-session-id", self.session.to_string()),
        ];
        (said, Json(self.body)).into_response()
    }
}

/// The query of `POST /token`.
#[derive(Deserialize)]
pub(super) struct Grant {
    grant_type: Option<String>,
}

/// The body of `POST /token`, of either kind.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Credentials {
    email: Option<String>,
    phone: Option<String>,
    password: Option<String>,
    refresh_token: Option<String>,
}

/// The query of `POST /logout`.
#[derive(Deserialize)]
pub(super) struct Logout {
    scope: Option<String>,
}

/// `POST /token`.
pub(super) async fn token(
    State(state): State<AppState>,
    Parameters(grant): Parameters<Grant>,
    headers: HeaderMap,
    Input(credentials): Input<Credentials>,
) -> Result<Response, Error> {
    let signed_in = match grant.grant_type.as_deref() {
        Some("password") => {
            limit::check(&state, &headers, Kind::SignIn)?;
            by_password(&state, credentials).await?
        }
        Some("refresh_token") => {
            limit::check(&state, &headers, Kind::Refresh)?;
            refresh::refresh(
                &state,
                credentials.refresh_token.as_deref().unwrap_or_default(),
            )
            .await?
        }
        Some(_) | None => {
            return Err(Error::new(
                400,
                "invalid_credentials",
                "unsupported_grant_type",
            ));
        }
    };
    Ok(signed_in.into_response())
}

async fn by_password(state: &AppState, credentials: Credentials) -> Result<SignedIn, Error> {
    let invalid = || Error::new(400, "invalid_credentials", "Invalid login credentials");
    let Some(email) = credentials.email.filter(|email| !email.is_empty()) else {
        return Err(match credentials.phone {
            Some(_) => Error::new(400, "phone_provider_disabled", "Phone logins are disabled"),
            None => Error::new(400, "validation_failed", "missing email or phone"),
        });
    };
    let mut client = state.admin.get().await?;
    let account = Account::by_email(&**client, email.trim())
        .await?
        .ok_or_else(invalid)?;
    if !password::fits(credentials.password.unwrap_or_default(), account.hash).await? {
        return Err(invalid());
    }
    if account.banned {
        return Err(Error::new(400, "user_banned", "User is banned"));
    }
    if !account.confirmed {
        return Err(Error::new(
            400,
            "email_not_confirmed",
            "Email not confirmed",
        ));
    }
    let transaction = begin(&mut client).await?;
    let signed_in = open(state, &*transaction, account.id).await?;
    transaction.commit().await?;
    Ok(signed_in)
}

/// Opens a session for an account.
pub(super) async fn open(
    state: &AppState,
    client: &impl GenericClient,
    user: Uuid,
) -> Result<SignedIn, Error> {
    let session = Uuid::new_v4();
    client
        .execute(
            "insert into auth.sessions (id, user_id, created_at, updated_at, aal) values ($1, $2, now(), now(), 'aal1')",
            &[&session, &user],
        )
        .await?;
    client
        .execute(
            "update auth.users set last_sign_in_at = now(), updated_at = now() where id = $1",
            &[&user],
        )
        .await
        .map_err(|error| Error::database("granting user", error.into()))?;
    let refresh_token = refresh::insert(client, user, session, None).await?;
    grant(state, client, user, session, jwt::now(), &refresh_token).await
}

/// The tokens of a session that was opened at `signed_in_at`.
pub(super) async fn grant(
    state: &AppState,
    client: &impl GenericClient,
    user: Uuid,
    session: Uuid,
    signed_in_at: u64,
    refresh_token: &str,
) -> Result<SignedIn, Error> {
    let account = Account::by_id(client, user)
        .await?
        .ok_or_else(account::not_found)?;
    let expires_in = state
        .config
        .jwt_expiry
        .unwrap_or(state.settings.auth.jwt_expiry);
    let issued_at = jwt::now();
    let expires_at = issued_at + expires_in;
    let mut claims = Map::new();
    let mut claim = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    claim("iss", format!("{}/auth/v1", state.public_url).into());
    claim("sub", user.to_string().into());
    claim("aud", "authenticated".into());
    claim("exp", expires_at.into());
    claim("iat", issued_at.into());
    let method = if account.is_anonymous {
        "anonymous"
    } else {
        "password"
    };
    claim("email", account.email.into());
    claim("phone", "".into());
    claim("app_metadata", account.app_metadata);
    claim("user_metadata", account.user_metadata);
    claim("role", account.role.into());
    claim("aal", "aal1".into());
    claim(
        "amr",
        json!([{"method": method, "timestamp": signed_in_at}]),
    );
    claim("session_id", session.to_string().into());
    claim("is_anonymous", account.is_anonymous.into());
    let body = json!({
        "access_token": state.secret.sign(&claims),
        "token_type": "bearer",
        "expires_in": expires_in,
        "expires_at": expires_at,
        "refresh_token": refresh_token,
        "user": account::shown(client, user).await?,
    });
    Ok(SignedIn {
        body,
        user,
        session,
    })
}

/// `POST /logout`: ends all sessions of the person, or only this one, or only the others.
pub(super) async fn logout(
    State(state): State<AppState>,
    Parameters(query): Parameters<Logout>,
    bearer: Bearer,
) -> Result<StatusCode, Error> {
    let scope = match query.scope.as_deref() {
        None | Some("") => "global",
        Some(scope @ ("global" | "local" | "others")) => scope,
        Some(other) => {
            let message = format!("Unsupported logout scope \"{other}\"");
            return Err(Error::new(400, "validation_failed", message));
        }
    };
    let client = state.admin.get().await?;
    client
        .execute(
            "delete from auth.sessions where user_id = $1 and case $3
               when 'local' then id = $2
               when 'others' then id is distinct from $2
               else true
             end",
            &[&bearer.account.id, &bearer.session, &scope],
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
