//! Arguments of a function that are null: the engine passes empty text instead, so they are left out, and the
//! function's default takes their place.
//!
//! An argument without a default cannot be left out and stays as the engine reads it.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{Method, StatusCode, header},
    response::Response,
};
use postrust_core::SchemaCache;
use postrust_engine::State;
use serde_json::{Map, Value};

use super::{Engine, seam::refuse};

/// Largest body of a call.
const LIMIT: usize = 64 * 1024 * 1024;

/// The request without the arguments that are null.
pub(super) async fn without_nulls(engine: &Engine, request: Request) -> Result<Request, Response> {
    let function = request
        .uri()
        .path()
        .strip_prefix("/rpc/")
        .map(str::to_owned);
    let Some(function) = function.filter(|_| *request.method() == Method::POST) else {
        return Ok(request);
    };
    let (mut parts, body) = request.into_parts();
    let Ok(mut body) = to_bytes(body, LIMIT).await else {
        return Err(refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            "413",
            "The body could not be read, or is larger than 64 MB.",
        ));
    };
    let read: Option<Map<String, Value>> = serde_json::from_slice(&body).ok();
    if let Some(mut arguments) = read.filter(|read| read.values().any(Value::is_null)) {
        let schema = engine.schema_cache().await;
        arguments.retain(|name, value| !value.is_null() || !has_default(&schema, &function, name));
        body = serde_json::to_vec(&arguments)
            .expect("what was read as JSON can be written as such")
            .into();
        parts.headers.remove(header::CONTENT_LENGTH);
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

fn has_default(schema: &SchemaCache, function: &str, argument: &str) -> bool {
    let mut routines = schema.routines.values().flatten();
    routines.any(|routine| {
        routine.name == function
            && routine
                .find_param(argument)
                .is_some_and(|param| !param.required)
    })
}
