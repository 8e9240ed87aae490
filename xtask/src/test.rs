//! `cargo xtask test`: everything that checks the project, part by part.

pub mod bench;
pub mod page;
mod parts;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::fault::{Fault, Outcome, said};
use crate::place::Place;
use crate::report::{Line, Verdict, span, table};
use crate::setup;
use bench::Bench;
use parts::{PARTS, Part};

/// No part may take longer.
const LIMIT: Duration = Duration::from_secs(40 * 60);
/// Continuous integration gives up at 90 minutes; we end before, with the table.
const ALL_IN_CI: Duration = Duration::from_secs(85 * 60);

/// The names of the parts with what they check.
pub fn list() -> String {
    PARTS
        .iter()
        .map(|part| format!("{:10}  {}\n", part.name, part.what))
        .collect()
}

/// Runs the parts named (all if none is), each whether or not another failed, unless it builds on that one.
pub fn run(place: &Place, only: &[String]) -> Outcome<ExitCode> {
    let parts = chosen(only)?;
    let start = Instant::now();
    let kit = setup::for_tests(place)?;
    println!(
        "{}\n\nset up in {}",
        setup::versions(place, &kit),
        span(start.elapsed())
    );
    let bench = Bench::new(place, kit)?;
    let mut lines: Vec<Line> = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        println!(
            "\n── {} ({} of {}): {}",
            part.name,
            number + 1,
            parts.len(),
            part.what
        );
        let begun = Instant::now();
        let verdict = match blocked(part, &lines) {
            Some(why) => Verdict::Skipped(why),
            None => match (part.run)(&bench, limit(start)) {
                Ok(()) => Verdict::Passed,
                Err(Fault::Said(why)) => Verdict::Failed(why),
                Err(Fault::Stopped) => return Err(Fault::Stopped),
            },
        };
        let time = begun.elapsed();
        println!("── {}: {}", part.name, told(&verdict, time));
        lines.push(Line {
            part: part.name,
            verdict,
            time,
        });
    }
    let passed = lines.iter().all(|line| line.verdict == Verdict::Passed);
    println!("\n{}", table(&lines));
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The time the next part may take.
fn limit(start: Instant) -> Duration {
    if std::env::var_os("CI").is_none() {
        return LIMIT;
    }
    LIMIT.min(ALL_IN_CI.saturating_sub(start.elapsed()))
}

/// Why a part cannot run: one that it builds on did not pass.
fn blocked(part: &Part, lines: &[Line]) -> Option<String> {
    let bad = lines
        .iter()
        .find(|line| part.needs.contains(&line.part) && line.verdict != Verdict::Passed)?;
    Some(format!("needs {}", bad.part))
}

fn told(verdict: &Verdict, time: Duration) -> String {
    match verdict {
        Verdict::Passed => format!("passed in {}", span(time)),
        Verdict::Failed(why) => format!("FAILED after {}: {why}", span(time)),
        Verdict::Skipped(why) => format!("skipped, {why}"),
    }
}

/// The parts named with all they build on, in order; all parts if none is named.
fn chosen(only: &[String]) -> Outcome<Vec<&'static Part>> {
    if let Some(wrong) = only
        .iter()
        .find(|name| PARTS.iter().all(|part| part.name != name.as_str()))
    {
        let names: Vec<_> = PARTS.iter().map(|part| part.name).collect();
        return Err(said(format!(
            "there is no part {wrong}: choose among {}",
            names.join(", ")
        )));
    }
    let mut wanted: Vec<&str> = only.iter().map(String::as_str).collect();
    // A part builds only on parts before it, so one pass from the end finds all.
    for part in PARTS.iter().rev() {
        if wanted.contains(&part.name) {
            wanted.extend(part.needs);
        }
    }
    Ok(PARTS
        .iter()
        .filter(|part| only.is_empty() || wanted.contains(&part.name))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str]) -> Vec<&'static str> {
        let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
        chosen(&only)
            .unwrap()
            .iter()
            .map(|part| part.name)
            .collect()
    }

    #[test]
    fn a_chosen_part_brings_what_it_builds_on() {
        assert_eq!(names(&["fmt"]), ["fmt"]);
        assert_eq!(names(&["e2e"]), ["build", "page", "e2e"]);
        assert_eq!(names(&[]).len(), PARTS.len());
    }

    #[test]
    fn parts_build_only_on_parts_before_them() {
        for (place, part) in PARTS.iter().enumerate() {
            for need in part.needs {
                assert!(
                    PARTS[..place].iter().any(|before| before.name == *need),
                    "{} needs {need}",
                    part.name
                );
            }
        }
    }

    #[test]
    fn an_unknown_part_is_answered_with_the_known_ones() {
        let said = chosen(&["lint".into()]).err().unwrap().to_string();
        assert!(
            said.contains("no part lint") && said.contains("clippy"),
            "{said}"
        );
    }

    #[test]
    fn a_part_is_skipped_only_for_one_it_needs() {
        let failed = |part| Line {
            part,
            verdict: Verdict::Failed(String::new()),
            time: Duration::ZERO,
        };
        let e2e = PARTS.iter().find(|part| part.name == "e2e").unwrap();
        assert_eq!(blocked(e2e, &[failed("fmt")]), None);
        assert_eq!(
            blocked(e2e, &[failed("fmt"), failed("page")]).as_deref(),
            Some("needs page")
        );
    }
}
