//! The `supabase` folder of a project: its settings, migrations and seed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::error::Startup;

mod auth;

pub use auth::{Auth, Email, Pause, RateLimit};

/// What we heed of `config.toml`; the rest is for other tools.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Settings {
    /// Section `[api]`.
    pub api: Api,
    /// Section `[auth]`.
    pub auth: Auth,
    /// Section `[db]`.
    pub db: Db,
}

/// How REST behaves.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default)]
pub struct Api {
    /// Schemas whose tables and functions are served; the first is the default.
    pub schemas: Vec<String>,
    /// Schemas that are searched, but not served.
    pub extra_search_path: Vec<String>,
    /// The most rows one request returns.
    pub max_rows: u64,
}

/// How the database is filled.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Db {
    /// Section `[db.seed]`.
    pub seed: Seed,
}

/// The data a new database begins with.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default)]
pub struct Seed {
    /// Whether there is any.
    pub enabled: bool,
    /// The files, relative to the folder.
    pub sql_paths: Vec<String>,
}

impl Default for Api {
    fn default() -> Self {
        Self {
            schemas: vec!["public".to_owned()],
            extra_search_path: vec!["public".to_owned(), "extensions".to_owned()],
            max_rows: 1000,
        }
    }
}

impl Default for Seed {
    fn default() -> Self {
        Self {
            enabled: true,
            sql_paths: vec!["./seed.sql".to_owned()],
        }
    }
}

/// One file of SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// How to name it to a person.
    pub path: PathBuf,
    /// The digits its name begins with, for a migration.
    pub version: String,
    /// The rest of its name, for a migration.
    pub name: String,
    /// What it says.
    pub sql: String,
}

/// A project folder, read whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Project {
    /// What `config.toml` says.
    pub settings: Settings,
    /// In the order they are applied in.
    pub migrations: Vec<Script>,
    /// In the order they are run in.
    pub seeds: Vec<Script>,
}

impl Project {
    /// Reads a `supabase` folder.
    ///
    /// # Errors
    /// One sentence that names the file and what is wrong with it.
    pub fn read(folder: &Path) -> Result<Self, Startup> {
        let config = folder.join("config.toml");
        let text = fs::read_to_string(&config).map_err(|error| {
            Startup(format!(
                "Could not read {}: {error}. Name the folder that `supabase init` makes with --project.",
                config.display()
            ))
        })?;
        let settings: Settings = toml::from_str(&text).map_err(|error| {
            Startup(format!(
                "{} is not valid: {}",
                config.display(),
                error.to_string().trim().replace('\n', " ")
            ))
        })?;
        let mut seeds = Vec::new();
        if settings.db.seed.enabled {
            for path in &settings.db.seed.sql_paths {
                let path = folder.join(path.trim_start_matches("./"));
                if path.exists() {
                    seeds.push(script(path, String::new(), String::new())?);
                }
            }
        }
        Ok(Self {
            migrations: migrations(&folder.join("migrations"))?,
            settings,
            seeds,
        })
    }
}

/// Files named `<digits>_<name>.sql`; the CLI passes over all others, too.
fn migrations(folder: &Path) -> Result<Vec<Script>, Startup> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(folder, &error)),
    };
    let mut scripts = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        let Some(stem) = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".sql"))
        else {
            continue;
        };
        let Some((version, name)) = stem.split_once('_') else {
            continue;
        };
        if version.is_empty() || !version.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let (version, name) = (version.to_owned(), name.to_owned());
        scripts.push(script(path, version, name)?);
    }
    scripts.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(scripts)
}

fn script(path: PathBuf, version: String, name: String) -> Result<Script, Startup> {
    let sql = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
    Ok(Script {
        path,
        version,
        name,
        sql,
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Startup {
    Startup(format!("Could not read {}: {error}.", path.display()))
}
