//! The options of `cargo xtask dev`.

use lexopt::{Arg, Parser, ValueExt};

use super::{Task, wrong};
use crate::dev::{Dev, Supabase};
use crate::fault::{Outcome, said};

/// Reads them.
pub fn options(parser: &mut Parser) -> Outcome<Task> {
    let mut port = 8080;
    let (mut api_port, mut db_port, mut reset) = (None, None, false);
    let (mut url, mut key) = (None, None);
    while let Some(argument) = parser.next().map_err(wrong)? {
        match argument {
            Arg::Long("port") => port = number(parser).map_err(wrong)?,
            Arg::Long("api-port") => api_port = Some(number(parser).map_err(wrong)?),
            Arg::Long("db-port") => db_port = Some(number(parser).map_err(wrong)?),
            Arg::Long("reset") => reset = true,
            Arg::Long("supabase-url") => url = Some(text(parser).map_err(wrong)?),
            Arg::Long("key") => key = Some(text(parser).map_err(wrong)?),
            Arg::Long("help") | Arg::Short('h') => return Ok(Task::Help),
            Arg::Long(_) | Arg::Short(_) | Arg::Value(_) => {
                return Err(wrong(argument.unexpected()));
            }
        }
    }
    let supabase = match (url, key) {
        (None, None) => Supabase::Local {
            api_port: api_port.unwrap_or(54321),
            db_port: db_port.unwrap_or(54322),
            reset,
        },
        (Some(url), Some(key)) => {
            if reset || api_port.is_some() || db_port.is_some() {
                return Err(said(
                    "--reset, --api-port and --db-port concern the local Supabase: leave them out with --supabase-url",
                ));
            }
            Supabase::Hosted {
                url: address(&url)?,
                key: public(key)?,
            }
        }
        (Some(_), None) => {
            return Err(said(
                "--supabase-url needs --key, the project's publishable (anon) key",
            ));
        }
        (None, Some(_)) => {
            return Err(said(
                "--key needs --supabase-url, the address of the project",
            ));
        }
    };
    Ok(Task::Dev(Dev { port, supabase }))
}

fn number(parser: &mut Parser) -> Result<u16, lexopt::Error> {
    parser.value()?.parse()
}

fn text(parser: &mut Parser) -> Result<String, lexopt::Error> {
    parser.value()?.string()
}

/// The address without a slash at its end.
fn address(url: &str) -> Outcome<String> {
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .unwrap_or("");
    if host.trim_matches('/').is_empty() {
        return Err(said(format!(
            "--supabase-url {url} is no address: it looks like https://abc.supabase.co"
        )));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// Refuses keys that would give every visitor of the page the run of the project.
fn public(key: String) -> Outcome<String> {
    if key.starts_with("sb_secret_") {
        return Err(said(
            "--key is a secret key, which must never get into a page: give the publishable (anon) key",
        ));
    }
    Ok(key)
}
