//! `/rest/v1`: tables and functions, as PostgREST serves them.
//!
//! The `postrust` engine reads requests and writes SQL; [`seam`] mends what it answers differently from PostgREST, and
//! [`database`] says the SQL to PostgreSQL. Why it was chosen, and what was found in its trial, is in `docs/decisions`.
//!
//! # What keeps names and values apart from SQL
//! - A value (of a filter, a body, an argument, a claim, a header) is only ever a bound parameter.
//! - A name (of a table, column, function, schema) is looked up in the schema first where the engine can, and is
//!   written as a quoted identifier with its quotes doubled where it is written at all. What is neither, types
//!   of casts and configurations of text search, is let through only as letters, digits and a few harmless signs, or
//!   as a literal with its quotes doubled.
//! - Limits and offsets are parsed as numbers before they are written.
//! - Every statement goes out by the extended protocol, which takes one command at a time, as the role of the request:
//!   whatever slipped through could do no more than the request was allowed to do anyway. `authenticator` itself
//!   may do nothing, and reading runs in a transaction that cannot write.
//!
//! `tests/http/hostile.rs` throws queries made of quotes, comments, statements and nonsense at it and looks whether a
//! function trips or an answer is not a proper one; `tests/http/protocol/hostile.txt` has hostile names.

mod arguments;
mod count;
mod database;
mod engine;
mod results;
mod root;
mod seam;

pub use engine::Engine;

use axum::{Router, extract::State, routing::any};

use crate::{AppState, error::Startup};

/// Learns the schema and follows its changes.
///
/// # Errors
/// One sentence when the schema cannot be read.
pub async fn start(state: &AppState) -> Result<(), Startup> {
    let engine = Engine::start(state).await?;
    state
        .rest
        .set(engine)
        .map_err(|_| Startup("REST was started twice.".to_owned()))
}

/// The routes under `/rest/v1`.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/", any(serve))
        .route("/{*path}", any(serve))
        .with_state(state)
}

/// `/rest/v1/` itself, which a nested router does not reach.
pub async fn root(
    State(state): State<AppState>,
    mut request: axum::extract::Request,
) -> axum::response::Response {
    *request.uri_mut() = axum::http::Uri::from_static("/");
    seam::serve(&state, request).await
}

async fn serve(
    State(state): State<AppState>,
    request: axum::extract::Request,
) -> axum::response::Response {
    seam::serve(&state, request).await
}
