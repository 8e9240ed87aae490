//! One request to a server, and its answer.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, StatusCode},
};
use serde_json::Value;
use tower::ServiceExt;

use super::{Member, Server};

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

pub struct Call<'s> {
    pub(super) server: &'s Server,
    pub(super) request: axum::http::request::Builder,
    pub(super) body: Body,
}

impl Call<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub fn by(self, member: &Member) -> Self {
        let value = format!("Bearer {}", member.token);
        self.header("authorization", &value)
    }

    pub fn json(mut self, body: &Value) -> Self {
        self.body = Body::from(body.to_string());
        self.header("content-type", "application/json")
    }

    pub fn text(self, body: &'static str) -> Self {
        self.raw(body.to_owned(), Some("application/json"))
    }

    pub fn raw(mut self, body: String, kind: Option<&str>) -> Self {
        self.body = Body::from(body);
        match kind {
            Some(kind) => self.header("content-type", kind),
            None => self,
        }
    }

    pub async fn send(self) -> Answer {
        let request = self.request.body(self.body).unwrap();
        let response = self.server.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

impl Answer {
    /// Status and the machine's word of a refusal, in whichever field the service puts it.
    pub fn refusal(&self) -> (u16, &str) {
        let code = self.body["error_code"]
            .as_str()
            .or(self.body["code"].as_str())
            .unwrap_or_default();
        (self.status.as_u16(), code)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}
