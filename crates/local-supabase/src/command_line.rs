//! Reads the command line.

use std::path::{Path, PathBuf};

use lexopt::{Arg, Parser, ValueExt};

use crate::{Config, error::Startup, realtime::Limits};

const HELP: &str = "\
A Supabase for your laptop, on 127.0.0.1 unless told otherwise.

Usage: local-supabase [OPTIONS]

  --port PORT            port of the API; 0 for any free one [54321]
  --db-port PORT         port of PostgreSQL; 0 for any free one [54322]
  --data DIR             folder that keeps the database [.local/postgres]
  --project DIR          folder with config.toml, migrations/ and seed.sql [supabase, if there is one]
  --reset                begin again from migrations and seed
  --throwaway            keep nothing: a temporary database, removed at the end
  --postgres-bin DIR     folder of PostgreSQL's programs
  --database-url URL     a running PostgreSQL, with a superuser's name and password
  --jwt-expiry SECONDS   lifetime of access tokens [what config.toml says, else 3600]
  --listen ADDRESS       address of the API [127.0.0.1]; another one gets keys of its own, in DIR.keys
  --rate-limit-header H  limit sign-ins by the client's address, which a proxy puts into this header
  --realtime-limits PLAN what may be used of Realtime: none, self-hosted, free, pro or team [none]
  --faults               let tests make things go wrong, by POST /_faults (see the README)
  --exit-with-stdin      stop when standard input closes
  --help                 show this
";

/// What the command line asks for; nothing when it asked for help, which has been given then.
///
/// # Errors
/// One sentence about what is wrong.
pub fn parse() -> Result<Option<Config>, Startup> {
    read(Parser::from_env())
        .map_err(|error| Startup(format!("{error}; --help lists the options.")))?
        .check()
}

enum Asked {
    Help,
    Serve(Box<Config>),
}

impl Asked {
    fn check(self) -> Result<Option<Config>, Startup> {
        let config = match self {
            Self::Help => {
                print!("{HELP}");
                return Ok(None);
            }
            Self::Serve(config) => *config,
        };
        if config.database_url.is_some() && (config.reset || config.throwaway) {
            return Err(Startup(
                "--reset and --throwaway concern a database of our own and cannot go with --database-url.".to_owned(),
            ));
        }
        if config.faults && config.is_exposed() {
            return Err(Startup(
                "--faults lets anybody break the server and cannot go with --listen for other machines.".to_owned(),
            ));
        }
        Ok(Some(config))
    }
}

fn read(mut parser: Parser) -> Result<Asked, lexopt::Error> {
    let mut config = Config::default();
    let usual = Path::new("supabase");
    if usual.join("config.toml").exists() {
        config.project = Some(usual.to_owned());
    }
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("listen") => config.listen = parser.value()?.parse()?,
            Arg::Long("rate-limit-header") => {
                config.rate_limit_header = Some(parser.value()?.string()?.to_ascii_lowercase());
            }
            Arg::Long("port") => config.port = parser.value()?.parse()?,
            Arg::Long("db-port") => config.db_port = parser.value()?.parse()?,
            Arg::Long("data") => config.data = parser.value()?.into(),
            Arg::Long("project") => config.project = Some(parser.value()?.into()),
            Arg::Long("reset") => config.reset = true,
            Arg::Long("throwaway") => config.throwaway = true,
            Arg::Long("postgres-bin") => config.postgres_bin = Some(PathBuf::from(parser.value()?)),
            Arg::Long("database-url") => config.database_url = Some(parser.value()?.string()?),
            Arg::Long("jwt-expiry") => config.jwt_expiry = Some(parser.value()?.parse()?),
            Arg::Long("realtime-limits") => config.limits = limits(&parser.value()?.string()?)?,
            Arg::Long("faults") => config.faults = true,
            Arg::Long("exit-with-stdin") => config.exit_with_stdin = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(Asked::Help),
            Arg::Short(_) | Arg::Long(_) | Arg::Value(_) => return Err(argument.unexpected()),
        }
    }
    if config.throwaway {
        // Nobody attacks passwords that live for seconds, and tests make many.
        config.bcrypt_cost = 4;
    }
    Ok(Asked::Serve(Box::new(config)))
}

fn limits(plan: &str) -> Result<Limits, lexopt::Error> {
    Limits::of_plan(plan).ok_or_else(|| {
        format!("there are no limits called {plan:?}: choose none, self-hosted, free, pro or team")
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        let config = config(&[
            "--port",
            "0",
            "--data=/d",
            "--throwaway",
            "--jwt-expiry",
            "5",
            "--realtime-limits=free",
        ])
        .expect("valid");
        assert_eq!((config.port, config.db_port), (0, 54322));
        assert_eq!(config.data, PathBuf::from("/d"));
        assert_eq!(config.jwt_expiry, Some(5));
        assert_eq!(config.limits.clients, Some(200));
        assert!(config.throwaway && !config.is_exposed() && !config.faults);
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_words() {
        for (arguments, words) in [
            (&["--port", "70000"][..], "70000"),
            (&["--prot", "1"][..], "--prot"),
            (&["--listen", "everywhere"][..], "everywhere"),
            (&["--realtime-limits", "much"][..], "self-hosted"),
            (&["--faults", "--listen", "0.0.0.0"][..], "--faults"),
            (
                &["--database-url", "postgres://x", "--reset"][..],
                "--database-url",
            ),
        ] {
            let error = config(arguments).expect_err("refused");
            assert!(error.0.contains(words), "{error}");
        }
    }

    fn config(arguments: &[&str]) -> Result<Config, Startup> {
        let asked =
            read(Parser::from_args(arguments)).map_err(|error| Startup(error.to_string()))?;
        Ok(asked.check()?.expect("not help"))
    }
}
