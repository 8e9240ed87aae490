//! The arguments a function is called with, as the body of the call writes them.
//!
//! The engine reads them, too, but makes text of each: what that loses, the database gets from here.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{Method, StatusCode},
    response::Response,
};

use super::{database::Arguments, seam::refuse};

/// Largest body of a call.
const LIMIT: usize = 64 * 1024 * 1024;

/// The same request, and the arguments it calls a function with if it does.
pub(super) async fn read(request: Request) -> Result<(Request, Option<Arguments>), Response> {
    let calls = request.uri().path().starts_with("/rpc/");
    if !calls || *request.method() != Method::POST {
        return Ok((request, None));
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LIMIT).await else {
        return Err(refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            "413",
            "The body could not be read, or is larger than 64 MB.",
        ));
    };
    let arguments = Arguments::read(&body);
    Ok((Request::from_parts(parts, Body::from(body)), arguments))
}
