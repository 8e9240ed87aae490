//! The API keys of the project: those of the Supabase CLI's local stack, so that tools work unchanged.

use std::{
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{error::Startup, jwt::Secret};

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
    /// Keys that belong to the secret alone.
    pub fn own(secret: &Secret) -> Self {
        let opaque = |kind: &str| {
            let signed = secret.sign_text(kind);
            let letters = signed.rsplit('.').next().unwrap_or(&signed);
            format!("sb_{kind}_{letters}")
        };
        Self {
            publishable: opaque("publishable"),
            secret: opaque("secret"),
            ..Self::local(secret)
        }
    }

    /// Whether a key is one of these.
    pub fn know(&self, key: &str) -> bool {
        [
            &self.publishable,
            &self.secret,
            &self.anon,
            &self.service_role,
        ]
        .iter()
        .any(|known| *known == key)
    }

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

/// Where the secret of a server with this data folder is kept: `DIR.keys`.
pub fn beside(data: &Path) -> PathBuf {
    let mut file = data.as_os_str().to_owned();
    file.push(".keys");
    file.into()
}

/// A secret that nobody else has: the one kept in `file`, or a new one that is kept there.
///
/// # Errors
/// One sentence when the file cannot be read or written.
pub fn own_secret(file: Option<&Path>) -> Result<String, Startup> {
    let unusable = |file: &Path, error: std::io::Error| {
        Startup(format!(
            "The keys in {} cannot be kept: {error}.",
            file.display()
        ))
    };
    if let Some(file) = file.filter(|file| file.exists()) {
        let kept = fs::read_to_string(file).map_err(|error| unusable(file, error))?;
        if kept.trim().len() >= 32 {
            return Ok(kept.trim().to_owned());
        }
    }
    let mut random = [0; 32];
    getrandom::fill(&mut random)
        .map_err(|error| Startup(format!("There are no random numbers for keys: {error}.")))?;
    let secret = URL_SAFE_NO_PAD.encode(random);
    if let Some(file) = file {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(|error| unusable(file, error))?;
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut opened = options.open(file).map_err(|error| unusable(file, error))?;
        opened
            .write_all(secret.as_bytes())
            .map_err(|error| unusable(file, error))?;
    }
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_data_folder_has_keys_of_its_own() {
        assert_eq!(beside(Path::new("data/x.a")), Path::new("data/x.a.keys"));
        assert_ne!(beside(Path::new("x.a")), beside(Path::new("x.b")));
    }

    #[test]
    fn own_keys_are_kept_and_are_nobody_elses() {
        let file = std::env::temp_dir().join(format!("keys-{}", std::process::id()));
        let first = own_secret(Some(&file)).expect("written");
        assert_eq!(own_secret(Some(&file)).expect("read"), first);
        assert_ne!(own_secret(None).expect("made"), first);
        fs::remove_file(file).expect("it was written");
        let (own, known) = (
            Keys::own(&Secret::new(&first)),
            Keys::local(&Secret::new(JWT_SECRET)),
        );
        assert!(
            own.publishable.starts_with("sb_publishable_") && own.secret.starts_with("sb_secret_")
        );
        for key in [
            &known.publishable,
            &known.secret,
            &known.anon,
            &known.service_role,
        ] {
            assert!(!own.know(key) && known.know(key), "{key}");
        }
    }

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
