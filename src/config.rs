//! Which Supabase project the page belongs to: `config.json`, served beside it.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::driver::http;

/// Address and public key of the project.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    /// Such as `https://abcdefgh.supabase.co`, without a slash at the end.
    pub supabase_url: String,
    /// Publishable or anonymous key; it is public by design.
    pub supabase_key: String,
}

static CONFIG: OnceLock<Config> = OnceLock::new();

impl Config {
    /// The configuration, once [`load`] has succeeded.
    ///
    /// # Panics
    /// Before.
    #[must_use]
    pub fn here() -> &'static Self {
        CONFIG
            .get()
            .expect("nothing is asked of the project before its address is known")
    }
}

/// Reads `config.json`.
///
/// # Errors
/// A sentence that says what to do.
pub async fn load() -> Result<(), String> {
    if CONFIG.get().is_some() {
        return Ok(());
    }
    // Who opened the page has read it, to narrow its connections.
    let read = js_sys::Reflect::get(&js_sys::global(), &"tavernConfig".into());
    let answer = match read.ok().and_then(|text| text.as_string()) {
        Some(text) => Some(text),
        None => http::fetch_text("config.json").await,
    };
    let body = answer.ok_or("config.json could not be loaded. Check the network, then reload.")?;
    let config: Config = serde_json::from_str(&body).map_err(|error| {
        format!("config.json cannot be read ({error}). It needs supabase_url and supabase_key.")
    })?;
    if !config.supabase_url.starts_with("http") {
        return Err("supabase_url in config.json must begin with http:// or https://.".to_owned());
    }
    let supabase_url = config.supabase_url.trim_end_matches('/').to_owned();
    CONFIG.get_or_init(|| Config {
        supabase_url,
        ..config
    });
    Ok(())
}
