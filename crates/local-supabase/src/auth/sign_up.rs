//! `POST /signup`.

use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::AppState;

use super::{
    Error,
    account::{self, Account, Draft},
    begin,
    input::Input,
    password, session,
};

/// What a newcomer sends.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct SignUp {
    email: Option<String>,
    phone: Option<String>,
    password: Option<String>,
    data: Option<Map<String, Value>>,
}

/// Makes the account and signs it in.
pub(super) async fn sign_up(
    State(state): State<AppState>,
    Input(sign_up): Input<SignUp>,
) -> Result<Response, Error> {
    if !state.settings.auth.enable_signup {
        return Err(Error::new(
            422,
            "signup_disabled",
            "Signups not allowed for this instance",
        ));
    }
    let given = |field: Option<String>| field.filter(|text| !text.is_empty());
    let (email, password) = match (
        given(sign_up.email),
        given(sign_up.phone),
        given(sign_up.password),
    ) {
        (None, None, _) => {
            return Err(Error::new(
                422,
                "anonymous_provider_disabled",
                "Anonymous sign-ins are disabled",
            ));
        }
        (None, Some(_), _) => {
            return Err(Error::new(
                400,
                "phone_provider_disabled",
                "Phone signups are disabled",
            ));
        }
        (Some(_), _, None) => {
            return Err(Error::new(
                400,
                "validation_failed",
                "Signup requires a valid password",
            ));
        }
        (Some(email), _, Some(password)) => (account::email(&email)?, password),
    };
    password::check(&state, &password)?;
    let mut client = state.admin.get().await?;
    if Account::by_email(&**client, &email).await?.is_some() {
        return Err(account::already_registered());
    }
    let hash = password::hash(&state, password).await?;

    let transaction = begin(&mut client).await?;
    let draft = Draft {
        id: Uuid::new_v4(),
        email,
        hash: Some(hash),
        confirmed: true,
        role: "authenticated".to_owned(),
        user_metadata: sign_up.data.unwrap_or_default(),
        app_metadata: Map::new(),
    };
    let id = draft.insert(&*transaction).await?;
    let signed_in = session::open(&state, &*transaction, id).await?;
    transaction
        .commit()
        .await
        .map_err(|error| Error::database("saving new user", error.into()))?;
    Ok(signed_in.into())
}

impl From<session::SignedIn> for Response {
    fn from(signed_in: session::SignedIn) -> Self {
        axum::response::IntoResponse::into_response(Json(signed_in.0))
    }
}
