//! The API keys of the project: those of the Supabase CLI's local stack, so that tools work unchanged.

use crate::jwt::Secret;

/// The JWT secret of the Supabase CLI's local stack.
pub const JWT_SECRET: &str = "super-secret-jwt-token-with-at-least-32-characters-long";
const PUBLISHABLE: &str = "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH";
const SECRET: &str = "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz";
/// Expiry of the demo keys, in seconds since 1970.
const DEMO_EXPIRY: u64 = 1_983_812_996;

/// The four keys a project hands out.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Opaque key for browsers; stands for the role `anon`.
    pub publishable: String,
    /// Opaque key for servers; stands for the role `service_role`.
    pub secret: String,
    /// Legacy key for browsers, a JWT of role `anon`.
    pub anon: String,
    /// Legacy key for servers, a JWT of role `service_role`.
    pub service_role: String,
}

impl Keys {
    /// The keys of the local stack, the legacy ones signed with `secret`.
    pub fn local(secret: &Secret) -> Self {
        let legacy = |role: &str| {
            secret.sign_text(&format!(
                r#"{{"iss":"supabase-demo","role":"{role}","exp":{DEMO_EXPIRY}}}"#
            ))
        };
        Self {
            publishable: PUBLISHABLE.to_owned(),
            secret: SECRET.to_owned(),
            anon: legacy("anon"),
            service_role: legacy("service_role"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legacy_keys_are_those_of_the_cli() {
        let keys = Keys::local(&Secret::new(JWT_SECRET));
        assert_eq!(
            keys.anon,
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZS1kZW1vIiwicm9sZSI6ImFub24iLCJleHAiOjE5ODM4MTI5OTZ9.CRXP1A7WOeoJeXxjNni43kdQwgnWNReilDMblYTn_I0"
        );
        assert_eq!(
            keys.service_role,
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZS1kZW1vIiwicm9sZSI6InNlcnZpY2Vfcm9sZSIsImV4cCI6MTk4MzgxMjk5Nn0.EGIM96RAZx35lJzdJsyH-qQwv8Hdp7fsn3W0YpN81IU"
        );
    }
}
