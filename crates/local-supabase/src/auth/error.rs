//! Everything the service refuses, in the two formats clients know (`supabase-protocol` 4.6).

use std::time::Duration;

use axum::{
    Json,
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::error::DbError;

const VERSION: HeaderName = HeaderName::from_static("x-supabase-api-version");
const CODE: HeaderName = HeaderName::from_static("x-sb-error-code");
/// The first version whose errors carry their code in `code`.
const NAMED_CODES: &str = "2024-01-01";

/// How long a request may take.
const LONGEST: Duration = Duration::from_secs(10);

/// A refusal: status, machine's word, sentence, and what belongs to a few of them alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Error {
    status: StatusCode,
    code: &'static str,
    message: String,
    weak_password: bool,
    /// Seconds after which it may be asked again.
    retry_after: Option<u64>,
    /// What the database objected to; older clients are shown it.
    cause: Option<Box<DbError>>,
}

impl Error {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        let status =
            StatusCode::from_u16(status).expect("statuses are written in this service's sources");
        Self {
            status,
            code,
            message: message.into(),
            weak_password: false,
            retry_after: None,
            cause: None,
        }
    }

    pub(super) fn weak_password(message: String) -> Self {
        Self {
            weak_password: true,
            ..Self::new(422, "weak_password", message)
        }
    }

    /// A client that asks again too soon; it may once `wait` is over.
    pub(super) fn too_often(wait: Duration) -> Self {
        let seconds = wait.as_secs_f64().ceil() as u64;
        let message = "Request rate limit reached";
        Self {
            retry_after: Some(seconds.max(1)),
            ..Self::new(429, "over_request_rate_limit", message)
        }
    }

    /// A mail that was asked for again too soon.
    pub(super) fn mails_too_often(wait: Duration) -> Self {
        let seconds = wait.as_secs_f64().ceil() as u64;
        let message =
            format!("For security purposes, you can only request this after {seconds} seconds.");
        Self {
            retry_after: Some(seconds.max(1)),
            ..Self::new(429, "over_email_send_rate_limit", message)
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    pub(super) fn code(&self) -> &'static str {
        self.code
    }

    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// What the database says while `doing`, for example "saving new user".
    pub(super) fn database(doing: &str, cause: DbError) -> Self {
        if cause.code == "55P03" {
            return Self::new(
                409,
                "conflict",
                "Too many concurrent token refresh requests on the same session or refresh token",
            );
        }
        eprintln!("auth: {doing}: {cause}");
        let message = format!("Database error {doing}");
        Self {
            cause: Some(Box::new(cause)),
            ..Self::new(500, "unexpected_failure", message)
        }
    }

    fn respond(&self, version: Option<&HeaderValue>) -> Response {
        let named = version.is_some_and(|version| version.as_bytes() >= NAMED_CODES.as_bytes());
        let shown = self
            .cause
            .as_ref()
            .and_then(|cause| Some((cause, public_status(&cause.code)?)));
        let (status, mut body) = match (named, shown) {
            (true, _) => (
                self.status,
                json!({"code": self.code, "message": self.message}),
            ),
            (false, Some((cause, status))) => (status, described(cause)),
            (false, None) => (
                self.status,
                json!({"code": self.status.as_u16(), "error_code": self.code, "msg": self.message}),
            ),
        };
        if self.weak_password {
            body["weak_password"] = json!({"reasons": ["length"]});
        }
        if !named && shown.is_none() && self.status.is_server_error() {
            body["error_id"] = Uuid::new_v4().to_string().into();
        }
        let mut response = (status, Json(body)).into_response();
        response
            .headers_mut()
            .insert(CODE, HeaderValue::from_static(self.code));
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<DbError> for Error {
    fn from(cause: DbError) -> Self {
        Self::database("querying", cause)
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(cause: tokio_postgres::Error) -> Self {
        DbError::from(cause).into()
    }
}

impl From<deadpool_postgres::PoolError> for Error {
    fn from(cause: deadpool_postgres::PoolError) -> Self {
        DbError::from(cause).into()
    }
}

impl IntoResponse for Error {
    /// The body waits for [`render`], which knows the format that is asked for.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes errors in the format of the API version that the request names, and repeats that version.
pub(super) async fn render(request: Request, next: Next) -> Response {
    let version = request.headers().get(VERSION).cloned();
    let mut response = match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let message = "Processing this request timed out, please retry after a moment.";
            Error::new(504, "request_timeout", message).into_response()
        }
    };
    if let Some(error) = response.extensions_mut().remove::<Error>() {
        response = error.respond(version.as_ref());
    }
    if let Some(version) = version {
        response.headers_mut().insert(VERSION, version);
    }
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The status of a database error that is meant for the client: broken constraints, and what triggers raise.
fn public_status(code: &str) -> Option<StatusCode> {
    match code {
        "P0001" | "23000" | "23001" | "23502" | "23503" | "23505" | "23514" | "23P01" => {
            Some(StatusCode::INTERNAL_SERVER_ERROR)
        }
        raised => {
            let status = raised.strip_prefix("PT")?.parse().ok()?;
            StatusCode::from_u16(status).ok()
        }
    }
}

fn described(cause: &DbError) -> Value {
    let mut body = json!({"code": cause.code, "message": cause.message});
    if let Some(hint) = &cause.hint {
        body["hint"] = hint.as_str().into();
    }
    if let Some(detail) = &cause.detail {
        body["detail"] = detail.as_str().into();
    }
    body
}
