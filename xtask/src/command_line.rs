//! Reads the command line.

mod dev;

use lexopt::{Arg, Parser, ValueExt};

use crate::dev::Dev;
use crate::fault::{Fault, Outcome, said};

/// What `--help` prints.
pub const HELP: &str = "\
Usage: cargo xtask TASK [OPTIONS]

dev     set up what is missing, then serve the page and a local Supabase until Ctrl-C
  --port PORT              port of the page [8080]
  --api-port PORT          port of the local Supabase [54321]
  --db-port PORT           port of its PostgreSQL [54322]
  --reset                  start again from migrations and seed
  --supabase-url URL       serve the page for this Supabase project instead, with
  --key KEY                its publishable key

test    set up what is missing, then run everything that checks the project
  --only PART              only this part, with what it builds on; may be given several times
  --list                   name the parts

setup   only set up what is missing
size    build the released page and tell its size
sim     run the engine against a model of Supabase by random schedules
  --seeds N                so many schedules [2000]
  --from K                 the first seed [0]
  --seed S                 this one alone, shrunk when it fails
  --trace                  print all that happens in the shrunk one
  --mutations              break the engine on purpose instead: each must be found

bench   measure the engine and the page, and write bench/RESULTS.md
  server                   measure the local Supabase instead, and write bench/SERVER.md
";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Task {
    /// `dev`
    Dev(Dev),
    /// `test`, with the parts named by `--only`
    Test(Vec<String>),
    /// `test --list`
    TestList,
    /// `setup`
    Setup,
    /// `size`
    Size,
    /// `sim`, with its options as they are
    Sim(Vec<String>),
    /// `bench`
    Bench,
    /// `bench server`
    BenchServer,
    /// `--help`
    Help,
}

/// Reads the task and its options.
pub fn parse(mut parser: Parser) -> Outcome<Task> {
    read(&mut parser)?.ok_or_else(|| {
        said("name a task: cargo xtask dev, test, sim, setup, size or bench (--help tells more)")
    })
}

fn read(parser: &mut Parser) -> Outcome<Option<Task>> {
    let Some(first) = parser.next().map_err(wrong)? else {
        return Ok(None);
    };
    let name = match first {
        Arg::Value(name) => name,
        Arg::Long("help") | Arg::Short('h') => return Ok(Some(Task::Help)),
        Arg::Long(_) | Arg::Short(_) => return Err(wrong(first.unexpected())),
    };
    let task = match name.to_str() {
        Some("dev") => return dev::options(parser).map(Some),
        Some("sim") => return sim(parser).map(Some).map_err(wrong),
        Some("test") => return test(parser).map(Some).map_err(wrong),
        Some("setup") => Task::Setup,
        Some("size") => Task::Size,
        Some("bench") => return bench(parser).map(Some).map_err(wrong),
        Some("help") => Task::Help,
        Some(_) | None => {
            let name = name.display();
            return Err(said(format!(
                "there is no task {name}: name dev, test, sim, setup, size or bench (--help tells more)"
            )));
        }
    };
    match parser.next().map_err(wrong)? {
        None => Ok(Some(task)),
        Some(Arg::Long("help") | Arg::Short('h')) => Ok(Some(Task::Help)),
        Some(other) => Err(wrong(other.unexpected())),
    }
}

fn test(parser: &mut Parser) -> Result<Task, lexopt::Error> {
    let mut only = Vec::new();
    let mut list = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("only") => only.push(parser.value()?.string()?),
            Arg::Long("list") => list = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(Task::Help),
            Arg::Long(_) | Arg::Short(_) | Arg::Value(_) => return Err(argument.unexpected()),
        }
    }
    Ok(if list {
        Task::TestList
    } else {
        Task::Test(only)
    })
}

fn bench(parser: &mut Parser) -> Result<Task, lexopt::Error> {
    let mut task = Task::Bench;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Value(of) if of == "server" && task == Task::Bench => task = Task::BenchServer,
            Arg::Long("help") | Arg::Short('h') => return Ok(Task::Help),
            Arg::Long(_) | Arg::Short(_) | Arg::Value(_) => return Err(argument.unexpected()),
        }
    }
    Ok(task)
}

fn sim(parser: &mut Parser) -> Result<Task, lexopt::Error> {
    let mut passed = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long(name @ ("trace" | "mutations")) => passed.push(format!("--{name}")),
            Arg::Long(name @ ("seeds" | "from" | "seed")) => {
                let name = format!("--{name}");
                let number: u64 = parser.value()?.parse()?;
                passed.extend([name, number.to_string()]);
            }
            Arg::Long("help") | Arg::Short('h') => return Ok(Task::Help),
            Arg::Long(_) | Arg::Short(_) | Arg::Value(_) => return Err(argument.unexpected()),
        }
    }
    Ok(Task::Sim(passed))
}

/// A mistake in the options, with where to read about them.
fn wrong(error: lexopt::Error) -> Fault {
    said(format!("{error}; cargo xtask --help lists the options"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dev::Supabase;

    fn given(line: &str) -> Result<Task, String> {
        parse(Parser::from_args(line.split_whitespace())).map_err(|fault| fault.to_string())
    }

    fn local(api_port: u16, db_port: u16, reset: bool) -> Supabase {
        Supabase::Local {
            api_port,
            db_port,
            reset,
        }
    }

    #[test]
    fn dev_has_the_usual_ports_unless_told() {
        assert_eq!(
            given("dev"),
            Ok(Task::Dev(Dev {
                port: 8080,
                supabase: local(54321, 54322, false)
            }))
        );
        assert_eq!(
            given("dev --reset --port 9000 --api-port=1 --db-port 2"),
            Ok(Task::Dev(Dev {
                port: 9000,
                supabase: local(1, 2, true)
            }))
        );
    }

    #[test]
    fn a_project_of_ones_own_takes_address_and_key() {
        let hosted = Supabase::Hosted {
            url: "https://abc.supabase.co".into(),
            key: "sb_publishable_x".into(),
        };
        let wanted = Ok(Task::Dev(Dev {
            port: 8080,
            supabase: hosted,
        }));
        assert_eq!(
            given("dev --supabase-url https://abc.supabase.co/ --key sb_publishable_x"),
            wanted
        );
    }

    #[test]
    fn mistakes_are_answered_with_what_to_do() {
        let cases = [
            ("", "name a task"),
            ("deploy", "there is no task deploy"),
            ("--version", "invalid option '--version'"),
            ("dev --port eighty", "eighty"),
            ("dev --port 70000", "70000"),
            ("dev --key k", "--key needs --supabase-url"),
            ("dev --supabase-url https://a.b", "needs --key"),
            ("dev --supabase-url abc --key k", "is no address"),
            ("dev --supabase-url https:/// --key k", "is no address"),
            (
                "dev --supabase-url https://a.b --key sb_secret_k",
                "publishable",
            ),
            (
                "dev --supabase-url https://a.b --key k --reset",
                "leave them out",
            ),
            ("setup now", "now"),
            ("test --only", "--only"),
        ];
        for (line, words) in cases {
            let said = given(line).expect_err(line);
            assert!(said.contains(words), "{line}: {said}");
        }
    }

    #[test]
    fn tests_can_be_chosen_and_listed() {
        assert_eq!(given("test"), Ok(Task::Test(vec![])));
        assert_eq!(
            given("test --only fmt --only e2e"),
            Ok(Task::Test(vec!["fmt".into(), "e2e".into()]))
        );
        assert_eq!(given("test --list"), Ok(Task::TestList));
        assert_eq!(given("size --help"), Ok(Task::Help));
        assert_eq!(given("bench"), Ok(Task::Bench));
        assert_eq!(given("bench server"), Ok(Task::BenchServer));
        assert!(given("bench page").is_err());
        assert_eq!(
            given("sim --seeds 5 --trace"),
            Ok(Task::Sim(vec![
                "--seeds".into(),
                "5".into(),
                "--trace".into()
            ]))
        );
    }
}
