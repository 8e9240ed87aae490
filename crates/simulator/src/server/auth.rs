//! Tokens: granted, rotated, expired, refused.

use serde_json::json;
use sync::Response;
use wire::{
    Timestamp,
    auth::{RefreshGrant, Session, User},
};

use super::{Server, ok};

/// Seconds since 1970.
pub(crate) fn seconds(now: Timestamp) -> u64 {
    now.millis().unsigned_abs() / 1000
}

impl Server {
    /// Signs a person in on a device.
    pub fn sign_in(&mut self, now: Timestamp, user: &str, device: &str) -> Session {
        let login = format!("{user}:{device}");
        self.logins.insert(login.clone(), 0);
        let expires_at = seconds(now) + self.lifetime;
        self.tokens.insert(format!("{login}:0"), expires_at);
        Session {
            access_token: format!("{login}:0"),
            refresh_token: format!("r-{login}:0"),
            expires_in: self.lifetime,
            expires_at,
            user: User {
                id: user.to_owned(),
                email: String::new(),
            },
        }
    }

    /// Whom a token belongs to, if it is accepted.
    pub fn who(&self, now: Timestamp, token: Option<&str>) -> Option<String> {
        let token = token.filter(|token| !self.refuse_tokens && !token.is_empty())?;
        if token == self.valid_token {
            return Some("me".to_owned());
        }
        self.until(token).filter(|until| *until > seconds(now))?;
        token.split(':').next().map(str::to_owned)
    }

    /// When a token expires.
    pub(crate) fn until(&self, token: &str) -> Option<u64> {
        self.tokens.get(token).copied()
    }

    /// No access token is accepted any more; refreshing helps.
    pub fn revoke(&mut self) {
        self.valid_token = String::new();
        self.tokens.clear();
    }

    pub(super) fn grant(&mut self, now: Timestamp, body: Option<&str>) -> Response {
        let grant = body.and_then(|body| serde_json::from_str::<RefreshGrant>(body).ok());
        let login =
            grant.and_then(|grant| grant.refresh_token.strip_prefix("r-").map(str::to_owned));
        if self.refuse_refresh {
            return refused("refresh_token_not_found");
        }
        self.grants += 1;
        let Some(login) = login else {
            return self.grant_me();
        };
        let Some((login, number)) = login.rsplit_once(':') else {
            return refused("refresh_token_not_found");
        };
        let (Some(newest), Ok(number)) = (self.logins.get_mut(login), number.parse::<u64>()) else {
            return refused("refresh_token_not_found");
        };
        // Each token works once; the parent of the newest one gets that again.
        match newest.checked_sub(number) {
            Some(0) => *newest += 1,
            Some(1) => {}
            Some(_) | None => return refused("refresh_token_already_used"),
        }
        let (user, newest) = (login.split(':').next().unwrap_or_default(), *newest);
        let token = format!("{login}:{newest}");
        self.tokens
            .insert(token.clone(), seconds(now) + self.lifetime);
        let body = json!({
            "access_token": token, "refresh_token": format!("r-{token}"),
            "expires_in": self.lifetime, "user": {"id": user, "email": ""},
        });
        ok(200, &body)
    }

    fn grant_me(&mut self) -> Response {
        if self.valid_token.is_empty() {
            self.valid_token = format!("token-{}", self.grants);
        }
        let (token, grants) = (&self.valid_token, self.grants);
        let body = json!({
            "access_token": token, "refresh_token": format!("refresh-{grants}"),
            "expires_in": self.lifetime, "user": {"id": "me", "email": ""},
        });
        ok(200, &body)
    }
}

fn refused(code: &str) -> Response {
    Response {
        status: 400,
        body: json!({ "error_code": code }).to_string(),
        retry_after: None,
    }
}
