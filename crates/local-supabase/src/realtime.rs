//! `/realtime/v1`: sockets, channels and database changes, as Realtime serves them.
//!
//! Frames come in through [`socket`], the registry of who hears what is [`hub`], and [`capture`] brings in
//! what commits: it reads the log ([`wal`]) and asks the database who may see each row ([`visibility`]).

mod authorize;
mod binding;
mod broadcast;
mod capture;
mod catalog;
mod change;
mod faults;
mod filter;
mod frame;
mod handle;
mod hub;
mod join;
mod limits;
mod messages;
mod published;
mod rates;
mod replay;
mod socket;
mod sql;
mod subscribe;
mod token;
mod value;
mod visibility;
mod wal;

use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};

use serde_json::json;

pub use self::{faults::Hush, handle::Handle, hub::Tally, limits::Limits};
use crate::{
    AppState,
    error::{DbError, Startup},
};

/// The routes under `/realtime/v1`.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/api/broadcast", post(broadcast::send))
        .route(
            "/api/broadcast/{topic}/events/{event}",
            post(broadcast::send_one),
        )
        .layer(DefaultBodyLimit::max(broadcast::BODY))
        .route("/api/ping", get(ping))
        .route_layer(middleware::from_fn_with_state(state.clone(), rates::limit))
        .route("/websocket", get(socket::upgrade))
        .with_state(state)
}

/// `GET /api/ping`.
async fn ping() -> Json<serde_json::Value> {
    Json(json!({"message": "Success"}))
}

/// Starts the change stream, which then lives as long as the program.
///
/// # Errors
/// One sentence when the database cannot stream changes at all.
pub async fn start(state: &AppState) -> Result<(), Startup> {
    let client = state.admin.get().await.map_err(DbError::from)?;
    let row = client
        .query_one("select current_setting('wal_level')", &[])
        .await
        .map_err(DbError::from)?;
    let level: &str = row.get(0);
    if level != "logical" {
        return Err(Startup(format!(
            "PostgreSQL runs with wal_level {level}, but database changes need wal_level = logical: set it in postgresql.conf and start PostgreSQL again."
        )));
    }
    if let Some(ready) = state.realtime.take_ready() {
        tokio::spawn(capture::run(
            state.realtime.clone(),
            state.database.clone(),
            ready,
        ));
        let database = state.database.clone();
        tokio::spawn(messages::run(state.realtime.clone(), database));
        tokio::spawn(messages::sweep(state.admin.clone()));
        tokio::spawn(published::watch(
            state.realtime.clone(),
            state.admin.clone(),
        ));
    }
    Ok(())
}
