//! Asking the server as one role or another.

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use serde_json::Value;
use tower::ServiceExt;

use crate::{role::Role, world::World};

/// What REST answered.
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl World {
    /// The role's token.
    pub fn token(&self, role: Role) -> String {
        let claims = role.claims(local_supabase::jwt::now() + 3600);
        self.server.state.secret.sign(claims.as_object().unwrap())
    }

    /// Asks REST.
    pub async fn ask(&self, role: Role, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.ask_with(role, method, path, body, &[]).await
    }

    /// Asks REST with further headers.
    pub async fn ask_with(
        &self,
        role: Role,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = match role {
            Role::Service => request.header("apikey", &self.server.state.keys.secret),
            Role::Anonymous => request.header("apikey", &self.server.state.keys.publishable),
            Role::Owner | Role::Recipient | Role::Host | Role::Member => request
                .header("apikey", &self.server.state.keys.publishable)
                .header("authorization", format!("Bearer {}", self.token(role))),
        };
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let response = self
            .server
            .app
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer {
            status,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }
}

impl Answer {
    /// Why it was refused; nothing when it was not.
    pub fn refusal(&self, role: Role) -> Option<String> {
        if self.status < 300 {
            return None;
        }
        let code = self.body["code"].as_str().unwrap_or_default();
        let denied = if role == Role::Anonymous { 401 } else { 403 };
        Some(match code {
            "42501" if self.status == denied => "denied".to_owned(),
            "" | "42501" => format!("status {}", self.status),
            code => code.to_owned(),
        })
    }
}
