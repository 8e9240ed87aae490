//! The token of a request, as the engine wants to see it.

use axum::{
    extract::Request,
    http::{HeaderValue, header},
};

use crate::jwt::{self, LEEWAY, Secret, Verified};

use super::super::database::StandIn;

/// The role the token of a request stands for. A key without a scheme is made a bearer token; a token that
/// ended within the leeway, which PostgREST grants and the engine does not, gets a stand-in that ends a little
/// later, which nobody but the engine may ever see.
pub(super) fn read(
    request: &mut Request,
    secret: &Secret,
    verified: &Verified,
) -> (Option<String>, Option<StandIn>) {
    let Some(token) = bearer(request) else {
        return (None, None);
    };
    let now = jwt::now();
    let Ok(claims) = verified.verify(secret, &token, now) else {
        return (None, None);
    };
    let mut stand_in = None;
    if let Some(exp) = claims.exp().filter(|exp| *exp <= now) {
        let mut raw = claims.raw.clone();
        raw.insert("exp".to_owned(), (exp + LEEWAY + 1).into());
        let made = secret.sign(&raw);
        if let Ok(value) = HeaderValue::try_from(format!("Bearer {made}")) {
            request.headers_mut().insert(header::AUTHORIZATION, value);
            stand_in = Some(StandIn { made, sent: token });
        }
    }
    (claims.role().map(str::to_owned), stand_in)
}

/// The gateway puts an API key that is a token into `Authorization` as it is.
fn bearer(request: &mut Request) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?;
    let text = value.to_str().ok()?;
    let token = match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        Some(_) => return None,
        None => text,
    }
    .to_owned();
    let plain = text.strip_prefix("Bearer ") == Some(&token);
    if !plain && let Ok(value) = HeaderValue::try_from(format!("Bearer {token}")) {
        request.headers_mut().insert(header::AUTHORIZATION, value);
    }
    Some(token)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use serde_json::json;

    use super::*;

    fn seen(authorization: &str) -> (Option<String>, String) {
        let mut request = Request::builder()
            .header("authorization", authorization)
            .body(Body::empty())
            .expect("a request");
        let (role, _) = read(&mut request, &Secret::new("one"), &Verified::default());
        let value = &request.headers()["authorization"];
        (role, value.to_str().expect("text").to_owned())
    }

    #[test]
    fn a_key_without_a_scheme_is_a_bearer_token() {
        for (given, wanted) in [
            ("a.b.c", "Bearer a.b.c"),
            ("bearer x", "Bearer x"),
            ("Basic x", "Basic x"),
        ] {
            assert_eq!(seen(given), (None, wanted.to_owned()));
        }
    }

    #[test]
    fn a_token_that_just_ended_is_heard_for_half_a_minute() {
        let now = jwt::now();
        let token = |exp: u64| {
            let claims = json!({"role": "authenticated", "exp": exp});
            Secret::new("one").sign(claims.as_object().expect("an object"))
        };
        let (role, value) = seen(&token(now - 5));
        assert_eq!(role.as_deref(), Some("authenticated"));
        let renewed = Secret::new("one").decode(&value["Bearer ".len()..]);
        assert!(renewed.expect("signed").exp() > Some(now));
        let (role, value) = seen(&token(now - LEEWAY - 2));
        assert_eq!(
            (role, value),
            (None, format!("Bearer {}", token(now - LEEWAY - 2)))
        );
    }
}
