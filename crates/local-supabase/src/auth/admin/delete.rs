//! `DELETE /admin/users/:id`.

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_postgres::GenericClient;
use uuid::Uuid;

use crate::{
    AppState,
    auth::{Error, account, bearer::Admin, begin, input::Input},
};

use super::id::Id;

/// How an account is deleted.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(in crate::auth) struct Deletion {
    should_soft_delete: bool,
}

/// Deletes an account, or everything about a person but the row and its id.
pub(in crate::auth) async fn delete(
    State(state): State<AppState>,
    _admin: Admin,
    Id(id): Id,
    Input(deletion): Input<Deletion>,
) -> Result<Json<Value>, Error> {
    let failed = |error: tokio_postgres::Error| Error::database("deleting user", error.into());
    let mut client = state.admin.get().await?;
    let transaction = begin(&mut client).await?;
    let known = if deletion.should_soft_delete {
        forget(&*transaction, id).await
    } else {
        transaction
            .execute("delete from auth.users where id = $1", &[&id])
            .await
    };
    let known = known.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    if known == 0 {
        Err(account::not_found())
    } else {
        Ok(Json(json!({})))
    }
}

/// Takes all that tells of a person out of the account, and ends its sessions; how many accounts that were.
async fn forget(client: &impl GenericClient, id: Uuid) -> Result<u64, tokio_postgres::Error> {
    let hashed = |value: &str| {
        format!(
            "rtrim(translate(encode(sha256(convert_to($1::uuid::text || coalesce({value}, ''), 'UTF8')), 'base64'), '+/', '-_'), '=')"
        )
    };
    let (email, phone) = (hashed("email"), hashed("phone"));
    let known = client
        .query(
            "select deleted_at is not null from auth.users where id = $1",
            &[&id],
        )
        .await?;
    if known.first().is_none_or(|row| row.get(0)) {
        return Ok(known.len() as u64);
    }
    client
        .execute(
            &format!(
                "update auth.users set email = {email}, phone = left({phone}, 15), encrypted_password = null,
                   email_change = '', phone_change = '', confirmation_token = '', recovery_token = '',
                   email_change_token_current = '', email_change_token_new = '', phone_change_token = '',
                   raw_user_meta_data = '{{}}', raw_app_meta_data = '{{}}', deleted_at = now(), updated_at = now()
                 where id = $1"
            ),
            &[&id],
        )
        .await?;
    let provider = hashed("provider_id");
    client
        .execute(
            &format!(
                "update auth.identities set identity_data = '{{}}', provider_id = {provider} where user_id = $1"
            ),
            &[&id],
        )
        .await?;
    client
        .execute("delete from auth.sessions where user_id = $1", &[&id])
        .await
        .map(|_| 1)
}
