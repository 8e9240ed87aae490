//! `cargo xtask bench server`: what the local Supabase bears, written to `bench/SERVER.md`.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{listen, load, machine};
use crate::fault::{Outcome, Say, said};
use crate::place::Place;
use crate::proc::{capture, leashed};
use crate::setup::postgres;

mod page;

/// The programs that measure, of `crates/local-supabase/benches`; one that is not there is left out.
const PROGRAMS: [&str; 2] = ["realtime", "rest"];

/// A measurement: its name, the number, the unit.
#[derive(Debug, PartialEq)]
struct Measured {
    name: String,
    number: f64,
    unit: String,
}

/// Measures, and writes the results.
pub fn run(place: &Place) -> Outcome {
    let postgres = postgres::programs(place)?;
    let before = load();
    let mut all = Vec::new();
    for program in PROGRAMS {
        let folder = place.repo.join("crates/local-supabase/benches");
        if !folder.join(program).exists() && !folder.join(format!("{program}.rs")).exists() {
            continue;
        }
        let arguments = [
            "bench",
            "--locked",
            "--package",
            "local-supabase",
            "--bench",
            program,
        ];
        let mut cargo = leashed("cargo");
        cargo.args(arguments).current_dir(&place.repo);
        cargo.env("TAVERN_POSTGRES_BIN", &postgres);
        let output = listen(program, &mut cargo)?;
        let measured: Vec<_> = output.lines().filter_map(read).collect();
        if measured.is_empty() {
            return Err(said(format!("{program} has measured nothing")));
        }
        all.push((program, measured));
    }
    let machine = machine(&before);
    let text = page::text(&machine, &versions(&postgres), &all);
    let file = place.repo.join("bench/SERVER.md");
    fs::write(&file, &text).say(|| format!("cannot write {}", file.display()))?;
    println!("\n{text}");
    Ok(())
}

/// A line `RESULT name number unit`.
fn read(line: &str) -> Option<Measured> {
    let mut words = line.trim().strip_prefix("RESULT ")?.split_whitespace();
    Some(Measured {
        name: words.next()?.to_owned(),
        number: words.next()?.parse().ok()?,
        unit: words.next()?.to_owned(),
    })
}

fn versions(postgres: &Path) -> String {
    ["rustc".into(), postgres.join("postgres")]
        .map(|program| capture(Command::new(program).arg("--version")).unwrap_or_default())
        .map(|text| text.trim().to_owned())
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_their_units() {
        let read = read("  RESULT goal/open/p95 12.50 ms").expect("a result");
        assert_eq!((read.name.as_str(), read.number), ("goal/open/p95", 12.5));
        assert_eq!(read.unit, "ms");
        assert_eq!(super::read("warming up"), None);
    }
}
