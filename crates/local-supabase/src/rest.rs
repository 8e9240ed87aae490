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
mod ungranted;

pub use engine::Engine;

use axum::{
    extract::Request,
    http::{Uri, uri::PathAndQuery},
    response::Response,
};

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

/// Where REST is.
const PLACE: &str = "/rest/v1";

/// Whether a path is one of REST's.
pub fn is_at(path: &str) -> bool {
    let within = path.strip_prefix(PLACE);
    within.is_some_and(|within| within.is_empty() || within.starts_with('/'))
}

/// Answers a request to a path below `/rest/v1`.
pub async fn serve(state: &AppState, mut request: Request) -> Response {
    let path = request.uri().path_and_query();
    let within = path.and_then(|path| path.as_str().strip_prefix(PLACE));
    let within = within
        .filter(|within| within.starts_with('/'))
        .unwrap_or("/");
    let within = PathAndQuery::try_from(within);
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = within.ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    seam::serve(state, request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rest_has_its_own_paths_and_no_others() {
        for path in ["/rest/v1", "/rest/v1/", "/rest/v1/notes", "/rest/v1//notes"] {
            assert!(is_at(path), "{path}");
        }
        for path in [
            "/",
            "/rest",
            "/rest/v10",
            "/rest/v1x/notes",
            "/auth/v1/rest/v1",
        ] {
            assert!(!is_at(path), "{path}");
        }
    }
}
