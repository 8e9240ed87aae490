//! `/rest/v1`: tables and functions, as PostgREST serves them.
//!
//! The `postrust` engine does the work; [`seam`] mends what it answers differently from PostgREST. Why it was
//! chosen, and what was found in its trial, is in `docs/decisions`.

mod arguments;
mod count;
mod engine;
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

async fn serve(
    State(state): State<AppState>,
    request: axum::extract::Request,
) -> axum::response::Response {
    seam::serve(&state, request).await
}
