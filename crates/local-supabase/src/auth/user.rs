//! `/user`: what people see and change of their own account.

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio_postgres::GenericClient;
use uuid::Uuid;

use crate::AppState;

use super::{
    Error,
    account::{self, Account},
    bearer::Bearer,
    begin,
    input::Input,
    password,
};

/// What may be changed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Change {
    email: Option<String>,
    password: Option<String>,
    data: Option<Map<String, Value>>,
}

/// `GET /user`.
pub(super) async fn show(
    State(state): State<AppState>,
    bearer: Bearer,
) -> Result<Json<Value>, Error> {
    let client = state.admin.get().await?;
    Ok(Json(account::shown(&**client, bearer.account.id).await?))
}

/// `PUT /user`.
pub(super) async fn change(
    State(state): State<AppState>,
    bearer: Bearer,
    Input(change): Input<Change>,
) -> Result<Json<Value>, Error> {
    let id = bearer.account.id;
    let given = |field: &Option<String>| field.as_deref().is_some_and(|text| !text.is_empty());
    if bearer.account.is_anonymous && given(&change.password) && !given(&change.email) {
        return Err(Error::new(
            422,
            "validation_failed",
            "Updating password of an anonymous user without an email or phone is not allowed",
        ));
    }
    let hash = match change.password.filter(|password| !password.is_empty()) {
        Some(password) => {
            password::check(&state, &password)?;
            if password::fits(password.clone(), bearer.account.hash.clone()).await? {
                let message = "New password should be different from the old password.";
                return Err(Error::new(422, "same_password", message));
            }
            Some(password::hash(&state, password).await?)
        }
        None => None,
    };
    let mut client = state.admin.get().await?;
    let transaction = begin(&mut client).await?;
    if let Some(email) = change.email.filter(|email| !email.is_empty()) {
        // Without mail there is no way to confirm an address oneself; an administrator does.
        let standing = if state.settings.auth.email.enable_confirmations {
            Standing::Waiting
        } else {
            Standing::Confirmed
        };
        let email = account::email(&email)?;
        rename(&*transaction, &bearer.account, &email, standing).await?;
    }
    if let Some(hash) = hash {
        transaction
            .execute(
                "update auth.users set encrypted_password = $2, recovery_token = '', recovery_sent_at = null,
                   updated_at = now() where id = $1",
                &[&id, &hash],
            )
            .await
            .map_err(|error| Error::database("updating user", error.into()))?;
        // Whoever knew the old password is shown out.
        transaction
            .execute(
                "delete from auth.sessions where user_id = $1 and id is distinct from $2",
                &[&id, &bearer.session],
            )
            .await?;
    }
    if let Some(data) = change.data {
        merge(&*transaction, id, "raw_user_meta_data", data).await?;
    }
    let shown = account::shown(&*transaction, id).await?;
    transaction
        .commit()
        .await
        .map_err(|error| Error::database("updating user", error.into()))?;
    Ok(Json(shown))
}

/// Whether an account counts as confirmed once it has another address.
#[derive(Clone, Copy)]
pub(super) enum Standing {
    Confirmed,
    Waiting,
    /// As before, whether or not the address itself is verified.
    Kept {
        verified: bool,
    },
}

/// Gives an account another address.
pub(super) async fn rename(
    client: &impl GenericClient,
    account: &Account,
    email: &str,
    standing: Standing,
) -> Result<(), Error> {
    let (confirmed, verified) = match standing {
        Standing::Confirmed => (Some(true), true),
        Standing::Waiting => (Some(false), false),
        Standing::Kept { verified } => (None, verified),
    };
    if email == account.email {
        return Ok(());
    }
    let taken = || {
        Error::new(
            422,
            "email_exists",
            "A user with this email address has already been registered",
        )
    };
    if Account::by_email(client, email).await?.is_some() {
        return Err(taken());
    }
    client
        .execute(
            "update auth.users set email = $2, updated_at = now(),
               email_confirmed_at = case when $3::boolean is null then email_confirmed_at when $3 then now() end
             where id = $1",
            &[&account.id, &email, &confirmed],
        )
        .await
        .map_err(|error| {
            let cause = crate::error::DbError::from(error);
            match cause.constraint.as_deref() {
                Some("users_email_partial_key") => taken(),
                Some(_) | None => Error::database("updating user", cause),
            }
        })?;
    let identity = json!({
        "sub": account.id, "email": email, "email_verified": verified, "phone_verified": false,
    });
    account::identify(client, account.id, &identity).await?;
    introduce(client, account.id).await?;
    client
        .execute(
            "update auth.identities set identity_data = identity_data
               || jsonb_build_object('email', $2::text, 'email_verified', $3::boolean), updated_at = now()
              where user_id = $1 and provider = 'email'",
            &[&account.id, &email, &verified],
        )
        .await?;
    Ok(())
}

/// An anonymous account whose address is confirmed is anonymous no more.
pub(super) async fn introduce(client: &impl GenericClient, id: Uuid) -> Result<(), Error> {
    client
        .execute(
            "update auth.users set is_anonymous = false, raw_app_meta_data = coalesce(raw_app_meta_data, '{}')
               || jsonb_build_object('provider', 'email', 'providers', jsonb_build_array('email'))
             where id = $1 and is_anonymous and email is not null and email_confirmed_at is not null",
            &[&id],
        )
        .await
        .map_err(|error| Error::database("updating user", error.into()))?;
    Ok(())
}

/// Merges into one of the two metadata columns; a null removes its key.
pub(super) async fn merge(
    client: &impl GenericClient,
    id: Uuid,
    column: &'static str,
    data: Map<String, Value>,
) -> Result<(), Error> {
    let gone: Vec<String> = data
        .iter()
        .filter(|(_, value)| value.is_null())
        .map(|(name, _)| name.clone())
        .collect();
    client
        .execute(
            &format!(
                "update auth.users set {column} = (coalesce({column}, '{{}}') || $2::jsonb) - $3::text[], updated_at = now() where id = $1"
            ),
            &[&id, &Value::Object(data), &gone],
        )
        .await
        .map_err(|error| Error::database("updating user", error.into()))?;
    Ok(())
}
