//! A Supabase for your laptop: the HTTP and WebSocket paths of a Supabase project over a real PostgreSQL.
//!
//! It knows no table of any application: PostgreSQL's catalogue, grants and row level security decide
//! everything. It refuses to be more than a local stack: it listens on 127.0.0.1 unless told otherwise, and has no TLS.
//! Read [`AppState`] first, then the route list in [`router`].

use axum::Router;

pub mod auth;
pub mod command_line;
pub mod config;
pub mod db;
pub mod error;
pub mod faults;
pub mod gateway;
pub mod jwt;
pub mod keys;
pub mod postgres;
pub mod project;
pub mod realtime;
pub mod rest;
pub mod setup;
pub mod state;
pub mod status_page;

pub use config::Config;
pub use state::AppState;

/// Starts what runs beside the requests (the change stream) and returns the routes.
///
/// # Errors
/// One sentence when the schema cannot be read or the change stream cannot be started.
pub async fn app(state: AppState) -> Result<Router, error::Startup> {
    rest::start(&state).await?;
    realtime::start(&state).await?;
    Ok(router(state))
}

/// Every public path of the server, REST's among them; see `supabase-protocol` 6 for the list a real project has.
pub fn router(state: AppState) -> Router {
    let mut routes = status_page::router(state.clone())
        .nest("/realtime/v1", realtime::router(state.clone()))
        .nest("/auth/v1", auth::router(state.clone()))
        .fallback(gateway::unknown);
    if state.config.faults {
        routes = routes.merge(faults::router(state.clone()));
    }
    gateway::before(routes, state)
}
