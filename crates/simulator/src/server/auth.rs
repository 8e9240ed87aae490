//! Tokens: granted, refused.

use serde_json::json;
use sync::Response;

use super::{Server, rest::ok};

impl Server {
    pub(super) fn grant(&mut self) -> Response {
        if self.refuse_refresh {
            let body = r#"{"error_code":"refresh_token_not_found"}"#.into();
            return Response {
                status: 400,
                body,
                retry_after: None,
            };
        }
        self.grants += 1;
        if self.valid_token.is_empty() {
            self.valid_token = format!("token-{}", self.grants);
        }
        let (token, grants) = (&self.valid_token, self.grants);
        ok(
            200,
            &json!({
                "access_token": token, "refresh_token": format!("refresh-{grants}"),
                "expires_in": self.lifetime, "user": {"id": "me", "email": ""},
            }),
        )
    }
}
