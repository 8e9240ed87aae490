//! `/realtime/v1`: sockets, channels and database changes.

use axum::Router;

use crate::{AppState, error::Startup};

/// Sockets and subscriptions that requests share.
#[derive(Clone, Default)]
pub struct Handle {}

/// The routes under `/realtime/v1`.
pub fn router(_state: AppState) -> Router {
    Router::new()
}

/// Starts the change stream.
///
/// # Errors
/// One sentence when the database refuses.
pub async fn start(_state: &AppState) -> Result<(), Startup> {
    Ok(())
}
