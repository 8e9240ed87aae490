//! `POST /signup`.

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{AppState, jwt};

use super::{
    Error,
    account::{self, Account, Draft},
    begin,
    input::Input,
    limit::{self, Kind},
    password,
    session::{self, SignedIn},
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

/// Makes the account and signs it in; where addresses have to be confirmed first, only makes it.
pub(super) async fn sign_up(
    State(state): State<AppState>,
    headers: HeaderMap,
    Input(sign_up): Input<SignUp>,
) -> Result<Response, Error> {
    let settings = &state.settings.auth;
    if !settings.enable_signup {
        return Err(Error::new(
            422,
            "signup_disabled",
            "Signups not allowed for this instance",
        ));
    }
    let given = |field: Option<String>| field.filter(|text| !text.is_empty());
    let data = sign_up.data.unwrap_or_default();
    let (email, password) = match (
        given(sign_up.email),
        given(sign_up.phone),
        given(sign_up.password),
    ) {
        (None, None, _) if settings.enable_anonymous_sign_ins => {
            limit::check(&state, &headers, Kind::Anonymous)?;
            let draft = Draft::anonymous(data);
            return Ok(enter(&state, draft).await?.into_response());
        }
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
    limit::check(&state, &headers, Kind::SignIn)?;
    password::check(&state, &password)?;
    let confirming = settings.email.enable_confirmations;
    let client = state.admin.get().await?;
    let taken = Account::by_email(&**client, &email).await?.is_some();
    drop(client);
    if taken && confirming {
        // Whoever asks is not told which addresses have an account.
        return Ok(Json(look_alike(&email, &data)).into_response());
    }
    if taken {
        return Err(account::already_registered());
    }
    let draft = Draft {
        id: Uuid::new_v4(),
        email: Some(email),
        hash: Some(password::hash(&state, password).await?),
        confirmed: !confirming,
        role: "authenticated".to_owned(),
        user_metadata: data,
        app_metadata: Map::new(),
    };
    if confirming {
        return Ok(Json(register(&state, draft).await?).into_response());
    }
    Ok(enter(&state, draft).await?.into_response())
}

/// Makes an account and opens its first session.
async fn enter(state: &AppState, draft: Draft) -> Result<SignedIn, Error> {
    let mut client = state.admin.get().await?;
    let transaction = begin(&mut client).await?;
    let id = draft.insert(&*transaction).await?;
    let signed_in = session::open(state, &*transaction, id).await?;
    let saved = transaction.commit().await;
    saved.map_err(|error| Error::database("saving new user", error.into()))?;
    Ok(signed_in)
}

/// Makes an account that nobody can sign in with yet.
async fn register(state: &AppState, draft: Draft) -> Result<Value, Error> {
    let mut client = state.admin.get().await?;
    let transaction = begin(&mut client).await?;
    let id = draft.insert(&*transaction).await?;
    let shown = account::shown(&*transaction, id).await?;
    let saved = transaction.commit().await;
    saved.map_err(|error| Error::database("saving new user", error.into()))?;
    Ok(shown)
}

/// What a new account would have looked like.
fn look_alike(email: &str, data: &Map<String, Value>) -> Value {
    let now = jwt::now();
    let now = account::timestamp(now);
    json!({
        "id": Uuid::new_v4(), "aud": "authenticated", "role": "authenticated", "email": email, "phone": "",
        "app_metadata": {"provider": "email", "providers": ["email"]}, "user_metadata": data, "identities": [],
        "created_at": now, "updated_at": now, "is_anonymous": false,
    })
}
