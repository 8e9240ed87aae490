//! `/auth/v1`: accounts and sessions, as GoTrue serves them (`supabase-protocol` 4).
//!
//! Addresses are confirmed at once, unless the project wants otherwise. The only mail is the one for a forgotten
//! password; it is kept for the status page and never sent. What is not built (codes, other providers, second
//! factors) answers with an error of the service.

mod account;
mod admin;
mod bearer;
mod error;
mod input;
mod limit;
pub mod mail;
mod password;
mod public;
mod query;
mod recover;
mod redirect;
mod refresh;
mod session;
mod sign_up;
mod user;
mod verify;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};
use deadpool_postgres::{Client, Transaction};

use crate::{AppState, error::DbError};
use error::Error;
pub use limit::Limits;

/// The largest body that is read.
const LARGEST: usize = 1024 * 1024;

/// The routes under `/auth/v1`.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/signup", post(sign_up::sign_up))
        .route("/token", post(session::token))
        .route("/logout", post(session::logout))
        .route("/recover", post(recover::recover))
        .route("/verify", get(verify::follow).post(verify::exchange))
        .route("/user", get(user::show).put(user::change))
        .route("/settings", get(public::settings))
        .route("/health", get(public::health))
        .route("/.well-known/jwks.json", get(public::jwks))
        .route("/admin/users", get(admin::list).post(admin::create))
        .route(
            "/admin/users/{id}",
            get(admin::show).put(admin::change).delete(admin::delete),
        )
        .fallback(public::not_built)
        .method_not_allowed_fallback(public::wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn(error::render))
        .with_state(state)
}

/// Begins a transaction with the rights that the service has in a hosted project, so that a trigger that
/// lacks rights there fails here as well.
async fn begin(client: &mut Client) -> Result<Transaction<'_>, DbError> {
    let transaction = client.transaction().await?;
    transaction
        .batch_execute("set local role supabase_auth_admin; set local search_path = auth; set local lock_timeout = '5s'")
        .await?;
    Ok(transaction)
}
