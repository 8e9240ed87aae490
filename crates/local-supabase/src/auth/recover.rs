//! `POST /recover`: a mail with a link that opens a session, for whoever has forgotten the password.

use std::{fmt::Write, time::Duration};

use axum::{Json, extract::State, http::HeaderMap};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::AppState;

use super::{
    Error,
    account::{self, Account},
    begin,
    input::Input,
    limit::{self, Kind},
    mail::Mail,
    query::Parameters,
    redirect,
};

/// What is asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Recover {
    email: Option<String>,
    code_challenge: Option<String>,
}

/// Where the link is to lead.
#[derive(Deserialize)]
pub(super) struct Towards {
    redirect_to: Option<String>,
}

/// Mails a link to an address that has an account. Whoever asks is told the same of every other address.
pub(super) async fn recover(
    State(state): State<AppState>,
    Parameters(towards): Parameters<Towards>,
    headers: HeaderMap,
    Input(recover): Input<Recover>,
) -> Result<Json<Value>, Error> {
    let email = recover.email.filter(|email| !email.is_empty());
    let email = email.ok_or_else(|| {
        let message = "Password recovery requires an email";
        Error::new(400, "validation_failed", message)
    })?;
    let email = account::email(&email)?;
    if recover.code_challenge.is_some_and(|code| !code.is_empty()) {
        let message = "This local server does not offer the PKCE flow";
        return Err(Error::new(501, "unexpected_failure", message));
    }
    limit::check(&state, &headers, Kind::Recover)?;
    let mut client = state.admin.get().await?;
    let Some(account) = Account::by_email(&**client, &email).await? else {
        return Ok(Json(json!({})));
    };
    let token = random()?;
    let pause = state.settings.auth.email.max_frequency.0;
    let transaction = begin(&mut client).await?;
    let noted = transaction
        .execute(
            "update auth.users set recovery_token = $2, recovery_sent_at = clock_timestamp(), updated_at = now()
              where id = $1 and coalesce(recovery_sent_at + make_interval(secs => $3) <= clock_timestamp(), true)",
            &[&account.id, &hashed(&token), &pause.as_secs_f64()],
        )
        .await
        .map_err(|error| Error::database("updating user", error.into()))?;
    if noted == 0 {
        let left: f64 = transaction
            .query_one(
                "select extract(epoch from recovery_sent_at + make_interval(secs => $2) - clock_timestamp())::float8
                  from auth.users where id = $1",
                &[&account.id, &pause.as_secs_f64()],
            )
            .await?
            .get(0);
        return Err(Error::mails_too_often(Duration::from_secs_f64(
            left.max(0.0),
        )));
    }
    transaction
        .commit()
        .await
        .map_err(|error| Error::database("updating user", error.into()))?;
    let place = redirect::place(
        &state.settings.auth,
        &headers,
        towards.redirect_to.as_deref(),
    );
    state.mails.keep(Mail {
        to: account.email,
        subject: "Reset your password".to_owned(),
        link: format!(
            "{}/auth/v1/verify?token={token}&type=recovery&redirect_to={}",
            state.public_url,
            utf8_percent_encode(&place, NON_ALPHANUMERIC)
        ),
    });
    Ok(Json(json!({})))
}

/// What the database keeps of a token: nobody who reads it there can use it.
pub(super) fn hashed(token: &str) -> String {
    hex(&Sha256::digest(token))
}

fn random() -> Result<String, Error> {
    let mut bytes = [0; 28];
    getrandom::fill(&mut bytes).map_err(|error| {
        eprintln!("auth: no random bytes: {error}");
        Error::new(500, "unexpected_failure", "Error sending recovery email")
    })?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
