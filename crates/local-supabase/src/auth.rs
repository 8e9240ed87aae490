//! `/auth/v1`: accounts and sessions, as GoTrue serves them.

use axum::Router;

use crate::AppState;

/// The routes under `/auth/v1`.
pub fn router(_state: AppState) -> Router {
    Router::new()
}
