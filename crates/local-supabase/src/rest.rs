//! `/rest/v1`: tables and functions, as PostgREST serves them.

use axum::Router;

use crate::AppState;

/// What REST keeps between requests.
#[derive(Clone, Default)]
pub struct Handle {}

/// The routes under `/rest/v1`.
pub fn router(_state: AppState) -> Router {
    Router::new()
}
