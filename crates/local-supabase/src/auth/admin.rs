//! `/admin/users`: what holders of the secret key do to accounts.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::AppState;

use super::{
    Error,
    account::{self, Account, Draft, SHOWN},
    bearer::Admin,
    begin,
    input::Input,
    password,
    query::Parameters,
    user::{self, Standing},
};

mod ban;
mod delete;
mod id;
mod pages;

use ban::Ban;
pub(super) use delete::delete;
use id::Id;
use pages::Pages;

const PAGE: i64 = 50;

/// An account as an administrator writes it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Form {
    id: Option<Uuid>,
    email: Option<String>,
    password: Option<String>,
    email_confirm: bool,
    role: Option<String>,
    user_metadata: Option<Map<String, Value>>,
    app_metadata: Option<Map<String, Value>>,
    ban_duration: Option<String>,
}

/// `GET /admin/users`.
pub(super) async fn list(
    State(state): State<AppState>,
    _admin: Admin,
    Parameters(pages): Parameters<Pages>,
) -> Result<(HeaderMap, Json<Value>), Error> {
    let page = Pages::number(pages.page.as_deref(), 1)?;
    let per_page = Pages::number(pages.per_page.as_deref(), PAGE)?.min(1000);
    let client = state.admin.get().await?;
    let total: i64 = client
        .query_one(
            "select count(*) from auth.users where deleted_at is null",
            &[],
        )
        .await?
        .get(0);
    let sql = format!(
        "select coalesce(jsonb_agg(shown), '[]') from (
           select {SHOWN} as shown from auth.users u where u.deleted_at is null
           order by u.created_at desc, u.id limit $1 offset $2) page"
    );
    let users: Value = client
        .query_one(
            &sql,
            &[
                &per_page,
                &(page.saturating_sub(1).saturating_mul(per_page)),
            ],
        )
        .await?
        .get(0);
    let last = (total + per_page - 1) / per_page;
    let mut links = Vec::new();
    if page < last {
        links.push(format!(
            "</admin/users?page={}&per_page={per_page}>; rel=\"next\"",
            page + 1
        ));
    }
    links.push(format!(
        "</admin/users?page={last}&per_page={per_page}>; rel=\"last\""
    ));
    let mut headers = HeaderMap::new();
    headers.insert("x-total-count", HeaderValue::from(total));
    if let Ok(links) = HeaderValue::try_from(links.join(", ")) {
        headers.insert("link", links);
    }
    Ok((
        headers,
        Json(json!({"users": users, "aud": "authenticated"})),
    ))
}

/// `POST /admin/users`.
pub(super) async fn create(
    State(state): State<AppState>,
    _admin: Admin,
    Input(form): Input<Form>,
) -> Result<Json<Value>, Error> {
    let Some(email) = form.email.filter(|email| !email.is_empty()) else {
        return Err(Error::new(
            400,
            "validation_failed",
            "Cannot create a user without either an email or phone",
        ));
    };
    let email = account::email(&email)?;
    let ban = Ban::read(form.ban_duration.as_deref())?;
    let mut client = state.admin.get().await?;
    if Account::by_email(&**client, &email).await?.is_some() {
        return Err(Error::new(
            422,
            "email_exists",
            "A user with this email address has already been registered",
        ));
    }
    let hash = match form.password {
        Some(password) => {
            password::check(&state, &password)?;
            Some(password::hash(&state, password).await?)
        }
        None => None,
    };
    let transaction = begin(&mut client).await?;
    let draft = Draft {
        id: form.id.unwrap_or_else(Uuid::new_v4),
        email: Some(email),
        hash,
        confirmed: form.email_confirm,
        role: form.role.unwrap_or_else(|| "authenticated".to_owned()),
        user_metadata: form.user_metadata.unwrap_or_default(),
        app_metadata: form.app_metadata.unwrap_or_default(),
    };
    let id = draft.insert(&*transaction).await?;
    if let Some(ban) = ban {
        ban.set(&*transaction, id).await?;
    }
    let shown = account::shown(&*transaction, id).await?;
    transaction
        .commit()
        .await
        .map_err(|error| Error::database("creating new user", error.into()))?;
    Ok(Json(shown))
}

/// `GET /admin/users/:id`.
pub(super) async fn show(
    State(state): State<AppState>,
    _admin: Admin,
    Id(id): Id,
) -> Result<Json<Value>, Error> {
    let client = state.admin.get().await?;
    Ok(Json(account::shown(&**client, id).await?))
}

/// `PUT /admin/users/:id`.
pub(super) async fn change(
    State(state): State<AppState>,
    _admin: Admin,
    Id(id): Id,
    Input(form): Input<Form>,
) -> Result<Json<Value>, Error> {
    let ban = Ban::read(form.ban_duration.as_deref())?;
    let hash = match form.password {
        Some(password) => {
            password::check(&state, &password)?;
            Some(password::hash(&state, password).await?)
        }
        None => None,
    };
    let mut client = state.admin.get().await?;
    let transaction = begin(&mut client).await?;
    let account = Account::by_id(&*transaction, id)
        .await?
        .ok_or_else(account::not_found)?;
    if let Some(email) = form.email {
        let standing = Standing::Kept {
            verified: form.email_confirm,
        };
        user::rename(&*transaction, &account, &account::email(&email)?, standing).await?;
    }
    transaction
        .execute(
            "update auth.users set encrypted_password = coalesce($2, encrypted_password), role = coalesce($3, role),
               recovery_token = case when $2::text is null then recovery_token else '' end,
               recovery_sent_at = case when $2::text is null then recovery_sent_at end,
               email_confirmed_at = case when $4 then coalesce(email_confirmed_at, now()) else email_confirmed_at end,
               updated_at = now()
             where id = $1",
            &[&id, &hash, &form.role, &form.email_confirm],
        )
        .await
        .map_err(|error| Error::database("updating user", error.into()))?;
    if hash.is_some() {
        // Whoever knew the old password is shown out.
        transaction
            .execute("delete from auth.sessions where user_id = $1", &[&id])
            .await?;
    }
    user::introduce(&*transaction, id).await?;
    if let Some(ban) = ban {
        ban.set(&*transaction, id).await?;
    }
    for (column, data) in [
        ("raw_user_meta_data", form.user_metadata),
        ("raw_app_meta_data", form.app_metadata),
    ] {
        if let Some(data) = data {
            user::merge(&*transaction, id, column, data).await?;
        }
    }
    let shown = account::shown(&*transaction, id).await?;
    transaction
        .commit()
        .await
        .map_err(|error| Error::database("updating user", error.into()))?;
    Ok(Json(shown))
}
